#!/usr/bin/env node
import { createRequire } from "node:module";

const { load } = createRequire(import.meta.url)("../dist/start.cjs");
load().exports.main(process.argv.slice(2));
