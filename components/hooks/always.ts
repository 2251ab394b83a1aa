/** A handler that always uses its key up. */
export const always = (work: () => void) => (): true => {
  work();
  return true;
};
