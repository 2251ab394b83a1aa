import { expect, test } from 'vitest';
import { claimsIn } from '../../../../workers/conversation/limits/claimed-actions.ts';

const claims: readonly string[] = [
  'Agendei sua consulta para sexta às 10h.',
  'Pronto! Já reservei a mesa para 4 pessoas 😊',
  'Anotei seu pedido: 10 pães. Chega às 8h!',
  'Acabei de marcar o seu horário.',
  'Ótimo, consegui agendar para amanhã.',
  'Fiz a sua reserva, pode vir.',
  'Deixei tudo anotado aqui.',
  'Coloquei seu nome na lista de espera.',
  'Passei seu pedido para a cozinha.',
  'Sua mesa está reservada para as 20h.',
  'Seu pedido foi anotado!',
  'Ficou agendado para amanhã às 9h.',
  'Os lugares já estão reservados: estão reservados para vocês.',
  'Combinado, fica marcado para terça.',
  'Reserva confirmada! Esperamos você.',
  '✅ Pedido anotado. Obrigada!',
  'Agendado para sexta-feira.',
  'Não se preocupe, cancelei o seu pedido.',
  'Se precisar de algo, me chame. Remarquei para as 15h.',
  'Anotei seu pedido, certo?',
  'I have booked a table for two.',
  "I've just scheduled your visit.",
  'We’ve noted your order.',
  'I booked you in for Friday.',
  'Your appointment has been confirmed.',
  'Your table is now reserved.',
  "You're all booked for 8 pm!",
  'No problem, I have cancelled it.',
  'He reservado una mesa para dos.',
  'Ya agendé tu cita.',
  'Su cita queda confirmada para el lunes.',
  'La mesa ha sido reservada.',
];

const honest: readonly string[] = [
  'Posso agendar?',
  'Posso agendar para sexta às 10h? É só confirmar.',
  'Quer que eu reserve uma mesa?',
  'Você reservou para hoje?',
  'Você já agendou com a gente?',
  'Se você agendou pelo site, traga o código.',
  'Quando estiver agendado, você recebe um aviso.',
  'Assim que confirmar o pagamento, seu pedido está confirmado.',
  'Ainda não agendei nada.',
  'Não reservei a mesa, preciso do seu nome.',
  'Para agendar, diga o dia e a hora.',
  'Você escreveu "anotei seu pedido" ontem?',
  'Responda “reservei” quando terminar.',
  '> agendei com vocês',
  'Atendemos com horário marcado.',
  'Horário marcado é obrigatório.',
  'Nós agendamos de segunda a sexta.',
  '10h já está reservado por outro cliente. Serve 11h?',
  'Sua mesa está reservada?',
  'O agendamento é feito pelo telefone.',
  'Vou chamar uma pessoa da equipe.',
  'Agende pelo site.',
  'Can I book a table for you?',
  'Did you book online?',
  'If I booked you at 8, would that work?',
  'Have you booked already?',
  'Saturday is fully booked, would Sunday work?',
  '10 am is already booked, would 11 work?',
  'I have not booked anything yet.',
  'Once your appointment is confirmed you get a message.',
  '¿Quieres que reserve una mesa?',
  '¿Ya reservaste?',
  'Agende su cita en la web.',
  'Cuando su cita queda confirmada, le avisamos.',
  'No he reservado nada todavía.',
];

test.each(claims)('says that something was done: %s', (text) => {
  expect(claimsIn(text, '')).not.toEqual([]);
});

test.each(honest)('claims nothing: %s', (text) => {
  expect(claimsIn(text, '')).toEqual([]);
});

test('what the instructions themselves say may be said', () => {
  const instructions = 'Quando alguém pedir, diga: Anotei seu pedido, uma pessoa confirma em instantes.';
  expect(claimsIn('Anotei seu pedido! Uma pessoa confirma.', instructions)).toEqual([]);
  expect(claimsIn('Anotei seu pedido e reservei a mesa.', instructions)).toEqual(['reservei']);
});

test('an answer without end is read to its end', () => {
  const endless = `${'está '.repeat(20_000)}${'deixei '.repeat(20_000)}${'"'.repeat(5000)}`;
  expect(claimsIn(`${endless}. Agendei.`, '')).toEqual(['agendei']);
});
