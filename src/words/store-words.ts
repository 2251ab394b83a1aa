import { type StoreFaultCode, storeFaultCodes, storeFaultSentence } from '../session/store-trouble.ts';
import type { Language } from './language.ts';

/** What is wrong with the store, in one sentence. */

const inEnglish = Object.fromEntries(storeFaultCodes.map((code) => [code, storeFaultSentence(code)])) as Record<
  StoreFaultCode,
  string
>;

const repair = 'zap-fleet master stop, depois zap-fleet store repair';

const sentence = (what: string, helps: string): string =>
  `${what}, nada é respondido. ${helps} (as mensagens ficam no celular)`;

const inPortuguese: Readonly<Record<StoreFaultCode, string>> = {
  corrupt: sentence('o banco de dados está danificado', `Conserte: ${repair}`),
  'not-a-database': sentence('o arquivo do banco de dados não é mais um', `Conserte: ${repair}`),
  io: sentence('o disco não lê ou não grava o banco de dados', 'Veja-o (dmesg), depois: zap-fleet store check'),
  full: sentence('o disco está cheio', 'Libere espaço'),
  'read-only': sentence('o banco de dados não pode ser gravado', 'Veja as permissões e a montagem'),
  'cannot-open': sentence('o banco de dados não abre', 'Veja disco e permissões: zap-fleet store check'),
  gone: sentence('o arquivo do banco de dados foi retirado ou trocado', `Ponha-o de volta, ou: ${repair}`),
};

export const storeWords: Readonly<Record<Language, Readonly<Record<StoreFaultCode, string>>>> = {
  en: inEnglish,
  'pt-BR': inPortuguese,
};
