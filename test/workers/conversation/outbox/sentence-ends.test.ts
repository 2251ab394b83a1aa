import { describe, expect, it } from 'vitest';
import { findBreaks } from '../../../../workers/conversation/outbox/sentence-ends.ts';

/** `¦` marks where a text may be cut; the mark itself is not part of the text. */
const portuguese: readonly string[] = [
  'Olá!¦ Tudo bem?¦ Como posso ajudar?',
  'Bom dia.¦ Aqui é da Padaria do João.¦ Em que posso ajudar?',
  'O Sr. João e a Sra. Maria confirmaram.¦ O Dr. Paulo também.',
  'Falei com a Dra. Ana.¦ Ela atende às 14h.',
  'A Profa. Lúcia e o Prof. Carlos chegam às 9h.',
  'Estamos na Av. Paulista, 1578.¦ Pode vir!',
  'Fica na R. Augusta, 200, apto. 12.¦ Toque o interfone.',
  'O pedido nº. 4521 saiu.¦ Chega hoje.',
  'Veja a pág. 12 do catálogo.¦ Lá tem tudo.',
  'O valor é R$ 1.234,56 à vista.¦ Em 3x fica R$ 411,52.',
  'São 2.500 unidades.¦ Cada uma pesa 1.5 kg.',
  'A versão 2.0.1 já saiu.¦ Atualize.',
  'Temos bolo, torta, pão etc. e também café.¦ Quer algum?',
  'Temos bolo, torta, pão etc.¦ Qual você prefere?',
  'A empresa Silva & Cia. Ltda. fica ao lado.¦ É fácil achar.',
  'Somos a Bolos do Zé Ltda.¦ Trabalhamos desde 1990.',
  'A Petrobras S.A. respondeu ontem.¦ Tudo certo.',
  'Traga um documento, p.ex. RG ou CNH.¦ Obrigado!',
  'Por ex. Quartas são mais calmas.',
  'Atendemos de seg. a sex., das 8h às 18h.¦ Sáb. das 9h às 13h.',
  'Entregamos em jan. 2027.¦ Antes disso, não.',
  'Ligue para o tel. (11) 3456-7890.¦ Ou mande e-mail.',
  'Escreva para contato@padaria.com.br.¦ Respondemos em um dia.',
  'Acesse https://padaria.com.br/cardapio.pdf?v=1.2 e escolha.¦ Depois me avise.',
  'Veja www.padaria.com.br.¦ Está tudo lá.',
  'O site é padaria.com.br mesmo.¦ Sem www.',
  'Hmm... deixa eu ver.¦ Já volto.',
  'Bem…¦ Vamos lá.',
  'Pois é... vamos ver.',
  'Que ótimo! 😊¦ Já anotei.¦ Até logo!',
  'Que bom 😊¦ Vamos lá',
  'Parabéns! 🎉🎉¦ Seu pedido foi aprovado. ✅¦ Chega amanhã.',
  'Família 👨‍👩‍👧‍👦 reunida.¦ Bandeira 🇧🇷 também.',
  'Ele disse: “Pode vir. Estou esperando.”¦ Então fui.',
  'Ela respondeu "Não sei. Talvez." e desligou.¦ Estranho.',
  'Ele gritou "pare!" e saiu.¦ Ninguém entendeu.',
  'O lema é «Fazer bem. Sempre.» desde 1990.¦ Seguimos assim.',
  'O prazo (seg. a sex. Feriados não contam.) é de 5 dias.¦ Certo?',
  'O total é *R$ 50. Sem desconto.* hoje.¦ Amanhã muda.',
  'É sério?!¦ Não acredito!!!¦ Que legal...',
  'Passos: 1. Abra o app. 2. Toque em Pagar. 3. Confirme.¦ Depois é só esperar.',
  'São 2 opções: 1) Retirar na loja. 2) Receber em casa.¦ Qual prefere?',
  'Custa 15.¦ Quer levar?',
  'O CNPJ é 12.345.678/0001-90.¦ O CPF é 123.456.789-09.',
  'Dia 22.11.2026 estaremos fechados.¦ Voltamos dia 23.',
  'Às 14.30 ou às 15.00.¦ Você escolhe.',
  'Rua das Flores, 100¦\nBairro Centro¦\nSão Paulo',
  'Confira:\nRua das Flores, 100',
  'Obs. importante: leve o RG.¦ E o comprovante.',
  'Mín. 10 unidades.¦ Máx. 100.',
  'J. K. Rowling escreveu isso.¦ Li ontem.',
  'Em 44 a.C. isso mudou.¦ Incrível.',
  'oi.¦ tudo bem?¦ aqui é o zé.¦ pode falar.',
  'Use o código `A. B` no app.¦ Funciona.',
  'Clique em [Meu site. Novo](https://x.com/a.b) agora.¦ Pronto.',
];

const english: readonly string[] = [
  'Hi there!¦ How can I help you today?',
  'Mr. Smith and Mrs. Jones called.¦ Dr. Lee did not.',
  'We open at 8 a.m. and close at 6 p.m. on weekdays.¦ See you!',
  'We close at 6 p.m.¦ See you tomorrow.',
  'It costs $1,234.56 in total.¦ Shipping is $9.99.',
  'Use a card, e.g. Visa or Mastercard.¦ Cash works too.',
  'Bring an ID, i.e. a passport.¦ Thanks!',
  'Acme Inc. is closed today.¦ Try Beta Corp. instead of us.',
  'He lives in the U.S. now.¦ She stayed.',
  'Item No. 5 is sold out.¦ No.¦ I cannot order more.',
  'See fig. 3 on p. 12.¦ It is clear.',
  'Visit https://example.com/a.b/c?d=1.¦ Then sign in.',
  'Email me at john.doe@example.co.uk.¦ I will reply.',
  'She said, "Stop. Wait for me."¦ Then she left.',
  '"Is it open?" he asked.¦ "Yes."¦ It was.',
  "It's 5 o'clock.¦ Don't be late!",
  'Version 3.5.1 is out.¦ Get it now.',
  'Really?!¦ Wow...¦ OK.',
  'Wait... what?¦ Never mind.',
  'Order on Mon. or Tue. for delivery on Fri. morning.¦ Thanks.',
  'St. Patrick lived here.¦ So they say.',
  'Steps: 1. Open it. 2. Press Pay. 3. Confirm.¦ Done.',
  'Great! 👍🏽¦ See you soon.',
  'It weighs approx. 5 kg.¦ Heavy!',
  'The meeting is at 3 p.m. (sharp. No excuses.) in room 2.¦ Be there.',
  'Compare A vs. B first.¦ Then decide.',
];

const check = (marked: string): void => {
  const text = marked.replaceAll('¦', '');
  const cuts = findBreaks(text).map((cut) => cut.at);
  const shown = [...text].length === 0 ? '' : cuts.reduceRight((s, at) => `${s.slice(0, at)}¦${s.slice(at)}`, text);
  expect(shown).toBe(marked);
};

describe('where a text may be cut', () => {
  it.each(portuguese)('%s', check);
  it.each(english)('%s', check);
});
