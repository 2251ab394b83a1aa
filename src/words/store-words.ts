import { type StoreFaultCode, storeFaultCodes, storeFaultSentence } from '../session/store-trouble.ts';
import type { Language } from './language.ts';

/** What is wrong with the store, in one sentence. */

const inEnglish = Object.fromEntries(storeFaultCodes.map((code) => [code, storeFaultSentence(code)])) as Record<
  StoreFaultCode,
  string
>;

const still = 'as mensagens ficam no celular, nada é respondido';
const repair = 'zap-fleet master stop, depois zap-fleet store repair';

const inPortuguese: Readonly<Record<StoreFaultCode, string>> = {
  corrupt: `o banco de dados está danificado: ${still}. Conserte: ${repair}`,
  'not-a-database': `o arquivo do banco de dados não é mais um banco de dados: ${still}. Conserte: ${repair}`,
  io: `o disco não lê ou não grava o banco de dados: ${still}. Veja o disco (dmesg), depois: zap-fleet store check`,
  full: `o disco está cheio: ${still}. Libere espaço`,
  'read-only': `o banco de dados não pode ser gravado: ${still}. Veja as permissões e a montagem`,
  'cannot-open': `o banco de dados não pode ser aberto: ${still}. Veja o disco e as permissões, depois: zap-fleet store check`,
  gone: `o arquivo do banco de dados foi retirado ou trocado com a frota em funcionamento: ${still}. Ponha-o de volta, ou: ${repair}`,
};

export const storeWords: Readonly<Record<Language, Readonly<Record<StoreFaultCode, string>>>> = {
  en: inEnglish,
  'pt-BR': inPortuguese,
};
