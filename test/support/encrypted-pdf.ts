import { createHash } from 'node:crypto';

/** RC4, which no library of today offers any more and old PDFs are encrypted with. */
const rc4 = (key: Uint8Array, data: Uint8Array): Buffer => {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  let j = 0;
  for (let i = 0; i < 256; i += 1) {
    j = (j + (state[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    [state[i], state[j]] = [state[j] ?? 0, state[i] ?? 0];
  }
  let i = 0;
  j = 0;
  return Buffer.from(
    data.map((byte) => {
      i = (i + 1) & 255;
      j = (j + (state[i] ?? 0)) & 255;
      [state[i], state[j]] = [state[j] ?? 0, state[i] ?? 0];
      return byte ^ (state[((state[i] ?? 0) + (state[j] ?? 0)) & 255] ?? 0);
    }),
  );
};

const md5 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest();

const padding = Buffer.from('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A', 'hex');
const padded = (password: string): Buffer => Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32);

/**
 * A PDF of one line, encrypted as the specification's standard handler does it (V 1, R 2, 40 bits). With an empty `user` everybody may open
 * it, and only what may be done with it is locked: as banks and printers send them.
 */
export const encryptedPdf = (line: string, user: string): Uint8Array => {
  const id = Buffer.from('0123456789abcdef');
  const permissions = -44;
  const rights = Buffer.alloc(4);
  rights.writeInt32LE(permissions);
  const owner = rc4(md5(padded('the owner')).subarray(0, 5), padded(user));
  const key = md5(padded(user), owner, rights, id).subarray(0, 5);
  const check = rc4(key, padding);
  const hex = (bytes: Uint8Array): string => `<${Buffer.from(bytes).toString('hex')}>`;

  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>',
  ];
  const content = Buffer.from(`BT /F1 12 Tf 1 0 0 1 72 720 Tm (${line}) Tj ET`, 'latin1');
  const sealed = rc4(md5(key, Buffer.from([5, 0, 0, 0, 0])).subarray(0, 10), content);
  const last = [
    `<< /Length ${sealed.length} >>\nstream\n${sealed.toString('latin1')}\nendstream`,
    `<< /Filter /Standard /V 1 /R 2 /O ${hex(owner)} /U ${hex(check)} /P ${permissions} >>`,
  ];
  let text = '%PDF-1.4\n';
  const places: number[] = [];
  for (const [index, object] of [...objects, ...last].entries()) {
    places.push(Buffer.byteLength(text, 'latin1'));
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const table = Buffer.byteLength(text, 'latin1');
  const entries = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 7\n0000000000 65535 f \n${entries}trailer\n<< /Size 7 /Root 1 0 R /Encrypt 6 0 R /ID [${hex(id)} ${hex(id)}] >>\nstartxref\n${table}\n%%EOF`;
  return new Uint8Array(Buffer.from(text, 'latin1'));
};
