/** The `<ID>` part of a serialised id `true_<chat>_<ID>[_<author>]`. */
export const idPart = (serialised: string): string => serialised.split('_')[2] ?? serialised;
