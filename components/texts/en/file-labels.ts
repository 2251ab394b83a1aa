/** Words of the screen of files that a bot sends, in English; read when it is opened. */
export const enFileLabels = {
  place: 'Files',
  about: [
    'What it may send to a customer who asks for it, once and with its answer.',
    'What it may send to customers.',
  ],
  files: (n: number) => `${n} ${n === 1 ? 'file' : 'files'}`,
  head: { name: 'name', file: 'file', kind: 'kind', size: 'size', sent: 'sent 7 d', added: 'added' },
  fact: { file: 'file', kind: 'kind', sent: 'sent' },
  sentNever: 'not in the last 7 days',
  sentIn: (n: number) => (n === 1 ? 'time in 7 days' : 'times in 7 days'),
  addedBy: (who: string, when: string) => `added by ${who}, ${when}`,
  kind: { image: 'picture', video: 'video', audio: 'sound', document: 'document', voice: 'voice note' },
  gone: 'not here',
  goneWhat: 'Its bytes are not on this server, so it is offered to nobody. Add it again.',
  version: (n: number) => `version ${n}`,
  oneMore: 'Another file',
  none: (name: string) => [
    'It has no files to send yet. Give it a menu as PDF, the picture of a product, a voice note.',
    'c adds a file of this machine. The AI sends it when a customer asks for it, once and with its answer.',
    `In the shell: zap-fleet files add ${name} menu.pdf --description "Our menu"`,
  ],
  verb: { remove: 'remove' },
  addTitle: 'A file that it may send',
  addLabel: 'path on this machine',
  describeTitle: 'What it is',
  describeLabel: 'for the AI: what it is and when to send it',
  empty: 'write something',
  removeTitle: (file: string) => `Remove ${file}?`,
  removeWhat:
    'It is not sent any more, also where it waits with an answer. The file that you added it from stays where it is.',
  removed: (file: string) => `${file} is not sent any more`,
} as const;
