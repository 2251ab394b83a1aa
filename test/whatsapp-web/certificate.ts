import { generate } from 'selfsigned';

/** A certificate for web.whatsapp.com that nobody trusts: the browser is told to ignore that. Made at each start, never stored. */
export const makeCertificate = async (): Promise<{ key: string; cert: string }> => {
  const made = await generate([{ name: 'commonName', value: 'web.whatsapp.com' }], { keySize: 2048 });
  return { key: made.private, cert: made.cert };
};
