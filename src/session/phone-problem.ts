/** What is missing in a text that should be a phone number, in both languages, each with what to write. */

export type PhoneProblem = 'not-a-number' | 'no-area-code' | 'no-country-code' | 'too-short' | 'too-long';

export const phoneProblemWords: Readonly<Record<'en' | 'pt-BR', Readonly<Record<PhoneProblem, string>>>> = {
  en: {
    'not-a-number': 'is not a phone number. Example: 11 98765-4321',
    'no-area-code': 'has no area code. Example: 11 98765-4321',
    'no-country-code': 'has no country code. Example: +44 20 7946 0958',
    'too-short': 'is too short for a phone number. Example: 11 98765-4321',
    'too-long': 'is too long for a phone number. Several are separated by commas: 11 98765-4321, 21 91234-5678',
  },
  'pt-BR': {
    'not-a-number': 'não é um número de telefone. Exemplo: 11 98765-4321',
    'no-area-code': 'está sem o DDD. Exemplo: 11 98765-4321',
    'no-country-code': 'está sem o código do país. Exemplo: +44 20 7946 0958',
    'too-short': 'é curto demais para um telefone. Exemplo: 11 98765-4321',
    'too-long': 'é longo demais para um telefone. Vários se separam por vírgulas: 11 98765-4321, 21 91234-5678',
  },
};
