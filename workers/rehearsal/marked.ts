/** Material with marks around it, which cannot be written by what stands between them. */
export const marked = (name: string, text: string): string =>
  `<<<${name}\n${text.replaceAll('<<<', '< <<').replaceAll('>>>', '>> >')}\n>>>`;
