/** What was found out about AI services while a session lives: the next call need not try again what was refused. */

export type FoundApi = 'responses' | 'chat';

export interface ServiceFacts {
  api: FoundApi | null;
  transcriptionModel: string | null;
  /** Fields that a model refuses. */
  readonly refusedFields: Map<string, Set<string>>;
}

/** By the address of the service. */
export type ServiceMemory = Map<string, ServiceFacts>;

export const createServiceMemory = (): ServiceMemory => new Map();

export const factsOf = (memory: ServiceMemory, address: string): ServiceFacts => {
  const known = memory.get(address) ?? { api: null, transcriptionModel: null, refusedFields: new Map() };
  memory.set(address, known);
  return known;
};

export const refusedFieldsOf = (facts: ServiceFacts, model: string): Set<string> => {
  const known = facts.refusedFields.get(model) ?? new Set<string>();
  facts.refusedFields.set(model, known);
  return known;
};
