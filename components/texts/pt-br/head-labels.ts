import type { enHeadLabels } from '../en/head-labels.ts';
import type { Widened } from '../widened.ts';

/** O topo de todas as telas menos a da frota. */
export const ptHeadLabels: Widened<typeof enHeadLabels> = {
  head: {
    fleetTabs: ['Frota', 'Incidentes', 'Logs', 'Conversas', 'Custo'],
    up: (age: string) => `no ar há ${age}`,
  },
};
