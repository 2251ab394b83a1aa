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
  ['{} other server was found', '{} outro servidor foi encontrado'],
  ['{} other servers were found', '{} outros servidores foram encontrados'],
  [
    'To see them here, set the same FLEET_API_TOKEN on all servers and restart',
    'Para vê-los aqui, ponha o mesmo FLEET_API_TOKEN em todos os servidores e reinicie',
  ],
  [
    'FLEET_DOOR_URL is told to nobody: it is where the HTTP server is reached: http(s)://…',
    'FLEET_DOOR_URL não é dito a ninguém: é onde o servidor HTTP é alcançado: http(s)://…',
  ],
  ['FLEET_DOOR_URL is told to nobody: {}', 'FLEET_DOOR_URL não é dito a ninguém: {}'],
  ['FLEET_DISCOVER: {} has no address here ({})', 'FLEET_DISCOVER: {} não tem endereço aqui ({})'],
  [
    "In a Swarm it is tasks. and the service's name, asked in a network that the service is in",
    'Num Swarm é tasks. e o nome do serviço, perguntado numa rede em que o serviço está',
  ],
  [
    'two servers call themselves {} ({} and {}): set FLEET_NODE on one of them, and restart it',
    'dois servidores se chamam {} ({} e {}): defina FLEET_NODE em um deles e reinicie-o',
  ],
  [
    'failover auto of {} buys nothing: no other server shares this Supabase',
    'o failover auto de {} não serve para nada: nenhum outro servidor usa este Supabase',
  ],
  ['Set a second one up, or: {}', 'Prepare um segundo, ou: {}'],
  // One that is gone.
  ['the server {} is gone', 'o servidor {} sumiu'],
  [
    'the server {} was stopped, and {} of its sessions wait for it: {}',
    'o servidor {} foi parado, e {} sessões dele esperam por ele: {}',
  ],
  [
    'its server {} is gone: another one takes it when its lease is over',
    'o servidor dela, {}, sumiu: outro assume quando a concessão acabar',
  ],
  [
    'its server {} is gone, and no other one has taken it: none has room',
    'o servidor dela, {}, sumiu, e nenhum outro assumiu: nenhum tem lugar',
  ],
  ['its server {} is gone', 'o servidor dela, {}, sumiu'],
  ['When that server is off for good: {}', 'Quando esse servidor sumiu de vez: {}'],
  ['If it still lives, both answer until it hears of it', 'Se ele ainda vive, os dois respondem até ele saber'],
  [
    'It never ran on this server: what was said in it comes from Supabase when it is taken over',
    'Nunca rodou neste servidor: o que foi dito nela vem do Supabase quando é assumida',
  ],
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
