/** The head of every screen but the fleet's. */
export const enHeadLabels = {
  head: {
    fleetTabs: ['Fleet', 'Incidents', 'Logs', 'Chats', 'Cost'],
    up: (age: string) => `up ${age}`,
  },
} as const;
