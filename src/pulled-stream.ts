/** Makes a stream of chunks that requests one only when its reader asks for it. */
export function pulledStream(chunks: {
  next(): Promise<IteratorResult<Uint8Array, unknown>>;
  return?(): unknown;
}): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
