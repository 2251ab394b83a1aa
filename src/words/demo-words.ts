/** What simulated customers ask, and what the bots of a demo answer: the same in its past and while it runs. */
export const demoTalk: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['oi, bom dia! vocês abrem hoje?', 'Bom dia! Abrimos sim, hoje até as 18h. Posso ajudar em mais alguma coisa?'],
  ['aceita pix?', 'Aceitamos pix, cartão e dinheiro. A chave é o nosso CNPJ.'],
  ['vocês entregam no centro?', 'Entregamos sim! No centro a taxa é de R$ 6 e leva uns 40 minutos.'],
  ['tem horário amanhã às 15h?', 'Amanhã às 15h está livre. Quer que eu deixe reservado no seu nome?'],
  ['queria fazer um pedido', 'Claro! Me diz o que você gostaria e o endereço, por favor.'],
  ['qual o endereço de vocês?', 'Ficamos na Rua das Flores, 120, ao lado da praça.'],
  ['meu pedido ainda não chegou', 'Sinto muito pela demora. Já saiu para entrega e chega em até 15 minutos.'],
  ['pode me mandar o preço?', 'Custa R$ 48,90 à vista. No cartão em até 3 vezes sem juros.'],
  ['preciso remarcar para sexta', 'Sem problema! Sexta temos às 10h e às 16h. Qual prefere?'],
  ['tem estoque do tamanho M?', 'Temos o M em preto e em azul. Quer que eu separe um?'],
  ['vocês têm estacionamento?', 'Temos sim, com 8 vagas, e é gratuito para clientes.'],
  ['esse preço é à vista?', 'É sim. No cartão fica R$ 4 a mais.'],
];

/** What they add to it in another message. */
export const demoAdditions: readonly [string, ...string[]] = [
  'é pra hoje se der',
  'obrigada!',
  'somos 4 pessoas',
  'pode ser depois do almoço?',
  'me avisa por favor 🙏',
];

const thanks = 'Combinado! Qualquer coisa é só chamar por aqui.';

/** The answer to what a simulated customer wrote; null: he wrote none of it. */
export const demoAnswer = (text: string): string | null => {
  const asked = demoTalk.find(([question]) => text.includes(question));
  if (asked !== undefined) return asked[1];
  return demoAdditions.some((addition) => text.includes(addition)) ? thanks : null;
};
