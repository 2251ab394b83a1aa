/** A change of the instructions that the AI proposes. */
export const enProposalLabels = {
  proposal: {
    place: 'Proposal',
    about: [
      'A change of its prompt that the AI proposes, from what your people do otherwise.',
      'A change of its prompt that the AI proposes.',
    ],
    pane: { changes: 'changes', lessons: 'lessons', rehearsal: 'rehearsal' },
    noChanges: 'There is no change in it.',
    noRehearsal: 'Nothing of it could be rehearsed: there are no recorded answers.',
    itself: 'The proposal',
    rehearsed: 'Its rehearsal',
    readFirst: 'Read this answer first',
    readNext: 'And this one',
    fact: { changes: 'changes', asked: 'asked for', asking: 'asking cost' },
    asked: { night: 'by itself, at night', person: 'by a person' },
    beingMade: 'It is being made; leaving this screen does not stop it.',
    ask: 'ask for a proposal',
    askTitle: (name: string) => `Ask for a proposal for ${name}?`,
    dropTitle: (name: string) => `Drop the proposal for ${name}?`,
    dropWhat: 'Nothing changes, and the same change is not proposed again.',
    dropped: 'dropped',
    none: (name: string) => [
      'No proposal yet. The AI reads what your people do otherwise than the bot, proposes a change of its prompt, and rehearses it. You publish it, or let it be.',
      `Now: :propose ${name}. Every night: the setting "Propose" of this bot.`,
    ],
  },
} as const;
