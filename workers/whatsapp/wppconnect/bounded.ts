/** Says yes at most `times` within `windowMs`: a remedy that has to be tried again and again is none. */
export const createBound = (times: number, windowMs: number, now: () => number = Date.now): (() => boolean) => {
  let tries: number[] = [];
  return () => {
    tries = tries.filter((at) => now() - at < windowMs);
    if (tries.length >= times) return false;
    tries.push(now());
    return true;
  };
};
