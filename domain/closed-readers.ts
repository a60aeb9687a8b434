interface Stream {
  on(event: 'error', listener: (error: Error & { readonly code?: string }) => void): unknown;
}

/** For programs that print: a reader that has seen enough, as `head` has, is no error; what is left goes unsaid. */
export function ignoreClosedReaders({ stdout, stderr }: { readonly stdout: Stream; readonly stderr: Stream }): void {
  for (const stream of [stdout, stderr])
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
    });
}
