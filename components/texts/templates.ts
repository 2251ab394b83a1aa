/** Gives a value as it is shown. One that is not there is `otherwise`; without that, the template is void. */
export type Told = (key: string, otherwise?: string) => string;

export type Template = (told: Told) => string;

export type Templates = Readonly<Record<string, Template>>;
