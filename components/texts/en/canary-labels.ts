/** A canary: a change that a part of the customers meet, beside the others. */
export const enCanaryLabels = {
  canary: {
    place: 'Canary',
    about: ['A change that a part of the customers meets, beside the others.'],
    figures: 'Both sides',
    onward: 'How it goes on',
    beside: 'Side by side',
    fact: { began: 'began', ends: 'ends', ended: 'ended', chats: 'chats' },
    by: (who: string, when: string) => `${when}, by ${who}`,
    chatsOf: (n: string, of: string) => `${n} of ${of}`,
    withIt: 'with it',
    without: 'without',
    endsIn: (left: string) => `ends in ${left}`,
    rollsBack: (rules: string) => `rolls itself back also on ${rules}`,
    everybody: 'Everybody is answered as published.',
    decide: 'A promotes it for everybody, R leaves everything as it is.',
    seen: 'R: I have seen it.',
    none: (name: string) => [
      'No canary yet. It answers a part of the chats with other instructions, and shows the figures of both sides.',
      'Begin one among the instructions of this bot (settings, tab), or from a rehearsal, with Y.',
      `In the shell: zap-fleet canary ${name} --instructions FILE --share 20% --for 24h`,
    ],
    askTitle: (name: string) => `Try it on some chats of ${name}?`,
    askWhat: (share: number) =>
      `${share}% of the chats, always the same ones, are answered with it for 24 hours. Nothing is published.`,
    askBack: 'It rolls itself back when it is clearly worse, and never promotes itself.',
    begun: 'it runs; leaving this screen does not stop it',
    promoteTitle: (name: string) => `Promote it for all chats of ${name}?`,
    promoteWhat: 'The next answer of every chat follows it. Instructions become a version; you can go back.',
    promoted: (version: number | null) => (version === null ? 'promoted' : `promoted: prompt v${version} is in use`),
    rolledBack: 'all chats are answered as published',
  },
} as const;
