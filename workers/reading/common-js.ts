/**
 * A CommonJS package as it is imported while the program runs: Node finds its names and gives them beside `default`, in a bundle they stand under
 * `default` alone.
 */
export const namesOf = <Package extends object>(imported: Package): Package => {
  const whole: unknown = 'default' in imported ? imported.default : null;
  return typeof whole === 'object' && whole !== null ? (whole as Package) : imported;
};
