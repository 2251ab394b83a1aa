/** What people did otherwise than the bot. */
export const enLessonLabels = {
  lessons: {
    kind: { takeover: 'the owner took over', edited: 'a draft was changed', dropped: 'a draft was dropped' },
    customer: 'customer',
    bot: 'bot',
    botWould: 'would say',
    person: 'person',
    now: 'bot now',
    silent: 'it said nothing',
    nothing: 'nothing: it did not go out',
    version: (version: number) => `prompt v${version}`,
    nthOf: (n: number, of: string) => `${n} of ${of}`,
    none: [
      'Nobody did otherwise than this bot yet.',
      'What the owner writes in a chat himself, and drafts that are changed or dropped, show here beside what the bot said.',
    ],
    moreRows: (rows: number) => (rows === 1 ? '1 more row' : `${rows} more rows`),
    wholeTitle: (kind: string, when: string) => `${kind}, ${when}`,
    masked: 'Names and numbers are masked.',
    dismissWhat: 'It is not shown any more. Nothing else changes.',
    dismissed: 'not shown any more',
  },
} as const;
