/** Calls it again and again, each time `after` so many milliseconds, until the returned function is called. */
export function speakRegularly(after: (lastedMs: number) => number, say: () => void): () => void {
  const begun = Date.now();
  let timer: NodeJS.Timeout;
  const plan = (): void => {
    timer = setTimeout(
      () => {
        say();
        plan();
      },
      after(Date.now() - begun),
    );
  };
  plan();
  return () => clearTimeout(timer);
}
