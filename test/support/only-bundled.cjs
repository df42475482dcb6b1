/** Preloaded into robin by a test: fails when a package is loaded that only the portable driver needs. */
const module_ = require("node:module");
const load = module_._load;
module_._load = function (request, ...rest) {
  if (/serialport/.test(request)) throw new Error(`${request} was loaded`);
  return load.call(this, request, ...rest);
};
