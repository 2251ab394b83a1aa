/** English sentences with holes (`{}`) and the same in Portuguese, where `{}` are the holes in order and `{2}` is the second one. */
export type Sentences = readonly (readonly [english: string, portuguese: string])[];
