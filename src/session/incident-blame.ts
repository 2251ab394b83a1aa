/** Whose fault an incident probably is. */
export type IncidentBlame = 'network' | 'server' | 'whatsapp' | 'whatsapp-change' | 'over' | 'server-gone' | 'unknown';
