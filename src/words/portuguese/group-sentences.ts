import type { Sentences } from './sentences.ts';

/** Of servers that know of each other, in Portuguese. */
export const groupSentences: Sentences = [
  // How a server finds the others.
  [
    'FLEET_DISCOVER must be group, off, or a DNS name with or without a port',
    'FLEET_DISCOVER deve ser group, off ou um nome de DNS, com ou sem porta',
  ],
  [
    'must be group, off, or a DNS name with or without a port',
    'deve ser group, off ou um nome de DNS, com ou sem porta',
  ],
  ['Set the same FLEET_API_TOKEN on both servers, or: {}', 'Ponha o mesmo FLEET_API_TOKEN nos dois servidores, ou: {}'],
  ['it is where the HTTP server is reached: http(s)://…', 'é onde o servidor HTTP é alcançado: http(s)://…'],
  // One server on two machines.
  [
    'another machine ({}, heard of {} s ago) runs from a copy of this data directory: nothing runs here, so that no customer is answered twice',
    'outra máquina ({}, com notícia há {} s) roda com uma cópia deste diretório de dados: nada roda aqui, para que nenhum cliente receba duas respostas',
  ],
  ['End one of the two: {}', 'Encerre uma das duas: {}'],
  [
    'To make this one a server of its own: an empty FLEET_HOME, and store adopt',
    'Para fazer desta um servidor próprio: um FLEET_HOME vazio, e store adopt',
  ],
  [
    '{} has another FLEET_GROUP_KEY than this server: no login can travel between them',
    '{} tem outra FLEET_GROUP_KEY que não a deste servidor: nenhum login pode viajar entre eles',
  ],
  [
    '{} have another FLEET_GROUP_KEY than this server: no login can travel between them',
    '{} têm outra FLEET_GROUP_KEY que não a deste servidor: nenhum login pode viajar entre eles',
  ],
  ['Set the same one on all servers, and restart', 'Ponha a mesma em todos os servidores e reinicie'],
];
