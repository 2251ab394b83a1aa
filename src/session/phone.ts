/** Phone numbers as WhatsApp writes them: digits only, with country code. */

const digitsOnly = (text: string): string => text.replace(/\D/g, '');

/** Brazilian area codes are two digits; a mobile number has nine digits since 2016, but WhatsApp still knows many by eight. */
const brazilian = /^55(\d{2})(9?)(\d{8})$/;
/** Mobile numbers began with 6 to 9 when the ninth digit came; landlines (2 to 5) never got one. */
const brazilianMobile = /^55(\d{2})9?([6-9]\d{7})$/;

/**
 * Digits with country code from what a person typed: `+55 (11) 98765-4321`, `11 98765-4321`, `5511987654321`. A Brazilian number
 * without country code (10 or 11 digits) gets 55. Null when it cannot be a phone number (E.164 allows 8 to 15 digits).
 */
export const parsePhone = (text: string): string | null => {
  if (!/^[\s+()\d.-]+$/.test(text)) return null;
  const digits = digitsOnly(text).replace(/^00/, '');
  if (/^0?[1-9]\d9?\d{8}$/.test(digits) && !text.trim().startsWith('+') && digits.length <= 12) {
    const national = digits.replace(/^0/, '');
    if (national.length === 10 || national.length === 11) return `55${national}`;
  }
  return digits.length >= 8 && digits.length <= 15 ? digits : null;
};

/** One spelling for numbers that reach the same phone: Brazilian mobiles lose their ninth digit. */
export const phoneKey = (phone: string): string => {
  const digits = digitsOnly(phone);
  const match = brazilianMobile.exec(digits);
  return match ? `55${match[1]}${match[2]}` : digits;
};

export const samePhone = (a: string, b: string): boolean => phoneKey(a) === phoneKey(b);

/** For a person to read: `11 98765-4321` for Brazil, `+351 912345678` style elsewhere. */
export const formatPhone = (phone: string): string => {
  const match = brazilian.exec(digitsOnly(phone));
  if (match) return `${match[1]} ${match[2]}${match[3]?.slice(0, 4)}-${match[3]?.slice(4)}`;
  return `+${digitsOnly(phone)}`;
};

/** `11 9****-4321`: enough to recognise a number, not enough to call it. */
export const maskPhone = (phone: string): string => {
  const digits = digitsOnly(phone);
  return digits.length < 8 ? '****' : `${digits.slice(0, 4)}****${digits.slice(-4)}`;
};
