/** Preloaded into robin by a test: SIGUSR2 makes a fault of the kind that no code expects. */
process.on("SIGUSR2", () => {
  if (process.env.PLANT === "rejection") Promise.reject(new Error("planted"));
  else throw new Error("planted");
});
