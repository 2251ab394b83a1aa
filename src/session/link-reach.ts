/** Who can open a link that begins with this address. */

const onlyHere = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|0\.0\.0\.0|\[?::1?\]?)$/;

/** An address of this machine itself: nobody else's browser gets there. */
export const opensOnlyHere = (address: string): boolean =>
  URL.canParse(address) && onlyHere.test(new URL(address).hostname);

/** Said before a client gets such a link. */
export const linkWarning = (address: string): string | null =>
  opensOnlyHere(address)
    ? 'PUBLIC_URL is not set, so this link opens on this machine only. Set PUBLIC_URL to the address that clients reach, e.g. https://bots.example.com, then make the link again.'
    : null;

/** Whether the links of a fleet lead nobody but its own machine anywhere; false while it makes none. */
export const linksOpenOnlyHere = ({
  publicUrl,
  apiUrl,
}: {
  readonly publicUrl: string | null;
  readonly apiUrl: string | null;
}): boolean => opensOnlyHere(publicUrl ?? apiUrl ?? '');
