/** Bytes that show where each one belongs: what is lost, doubled or out of place is seen. */

/** `size` bytes of lines with a number each, `00000001\n` and so on; the last one may be cut. */
export function numberedLines(size: number, from = 0): Buffer {
  const bytes = Buffer.alloc(size);
  const first = Math.floor(from / 9);
  const parts: string[] = [];
  for (let n = first; (n - first) * 9 < size + 9; n++) parts.push(`${String(n).padStart(8, "0")}\n`);
  bytes.write(parts.join("").slice(from % 9), "latin1");
  return bytes;
}
