// Stands in for chalk's own look at the terminal in the bundle: robin decides about colour itself (cli/words.ts),
// and the real one loads node:tty, and with it Node's sockets and streams (8 ms).
export default { stdout: false, stderr: false };
