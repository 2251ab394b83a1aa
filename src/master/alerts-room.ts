import { type Alerts, alertLanguage, openAlerts } from '../alerts/open-alerts.ts';
import { FleetError } from '../session/fleet-error.ts';
import type { MasterParts } from './open-parts.ts';
import type { Room } from './room.ts';

/** Alerts watch the fleet through its door, as every client does. */
export const createAlertsRoom = (parts: MasterParts): Room<'alertTest'> => {
  const { store, settings, secrets, state, logLine, now } = parts;
  let alerts: Alerts | null = null;

  return {
    methods: {
      alertTest: () => {
        if (alerts === null) throw new FleetError('unavailable', 'the fleet is still starting. Try again in a moment.');

        return alerts.test();
      },
    },
    begin: (door) => {
      alerts = openAlerts({
        fleet: door,
        store,
        settings,
        secrets,
        language: alertLanguage(settings, process.env),
        setLight: (light) => {
          // What others changed a moment ago is in it, too.
          state.flush();
          const { health } = state.getSnapshot().fleet;
          state.setInfo({ health: { ...health, alerts: light } });
        },
        now,
        log: logLine,
      });
    },
    close: () => alerts?.close(),
  };
};
