/**
 * Questions that have nothing to do with what a business knows. How near its passages come to these says what "near" is worth nothing in a
 * model's own measure (src/store/knowledge/meaning-measure.ts). Changed, they count for vectors that are made from then on.
 */
export const anchorQuestions: readonly string[] = [
  'Qual a distância da Terra até a galáxia de Andrômeda?',
  'Quem venceu a batalha de Waterloo?',
  'Como os vulcões submarinos formam ilhas?',
  'Por que os elétrons têm carga negativa?',
  'Em que ano caiu o Império Romano do Ocidente?',
  'Como se conjuga um verbo irregular em latim?',
  'How do whales sleep under water?',
  'Who wrote the oldest epic poem?',
  'What causes the northern lights?',
  'How many moons does Saturn have?',
  'Why did the dinosaurs die out?',
  'What is the square root of minus one?',
];
