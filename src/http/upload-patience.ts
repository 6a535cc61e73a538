/**
 * What a platform took of an upload has not left by that: it may stand in its buffers, in those of the system and of what is
 * between here and the PoP. Bytes of these that a link may hold; Linux lets one socket have 4 to 6 MiB.
 */
const mostBuffered = 8 * 1024 * 1024;
/** Bytes in a second: what buffers empty themselves at, unseen, on a link that is slow and moves. */
const slowLink = 128 * 1024;
/** Bytes in a second: an upload of which nobody can say whether it moves is given as long as all of it takes at that speed. */
const slowestLink = 16 * 1024;

/** Milliseconds in which nothing may show although an upload moves, once so many of its bytes have been taken. */
export function timeInBuffers(taken: number): number {
  return (Math.min(taken, mostBuffered) / slowLink) * 1000;
}

/** Milliseconds that an upload of so many bytes may take where nothing tells how far it is. */
export function timeUnwatched(length: number): number {
  return (length / slowestLink) * 1000;
}
