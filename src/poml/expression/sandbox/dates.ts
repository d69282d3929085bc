import type { Guard } from './guard.ts';
import { type PolicyTable, run } from './table.ts';
import { localFields, offsetAt, toUtc, zoneText } from './zone.ts';

const PURE =
  'getTime valueOf toISOString toJSON toUTCString toGMTString getUTCFullYear getUTCMonth getUTCDate getUTCDay ' +
  'getUTCHours getUTCMinutes getUTCSeconds getUTCMilliseconds setTime setUTCFullYear setUTCMonth setUTCDate ' +
  'setUTCHours setUTCMinutes setUTCSeconds setUTCMilliseconds getMilliseconds setMilliseconds';

const GETTERS: Readonly<Record<string, number>> = {
  getFullYear: 0,
  getMonth: 1,
  getDate: 2,
  getHours: 3,
  getMinutes: 4,
  getSeconds: 5,
  getDay: 7,
};

const SETTERS: Readonly<Record<string, number>> = {
  setFullYear: 0,
  setMonth: 1,
  setDate: 2,
  setHours: 3,
  setMinutes: 4,
  setSeconds: 5,
};

/** The class behind dates, also when a test's fake clock has taken the name. */
const RealDate = Date;

/** The fake clock of a test counts as the real one. */
function clock(): number {
  return globalThis.Date.now();
}

/** The time of a date; the engine's own error for anything else. */
function timeOf(self: unknown): number {
  return Date.prototype.getTime.call(self as Date);
}

/** A text with date and time but no zone, which means local time. Everything else does not depend on the zone. */
const LOCAL_ISO = /^[+-]?\d{4,6}-\d\d(?:-\d\d)?T\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
const ZONED = /(?:Z|GMT|UTC|UT|[ECMP][SD]T|[+-]\d\d:?\d\d)(?:\s*\([^)]*\))?\s*$/i;
const DATE_ONLY = /^[+-]?\d{4,6}(?:-\d\d(?:-\d\d)?)?$/;

/** The time that a text stands for, read in a zone. */
function parseIn(text: string, zone: string | undefined): number {
  const native = RealDate.parse(text);
  if (zone === undefined || Number.isNaN(native) || DATE_ONLY.test(text)) return native;
  if (!LOCAL_ISO.test(text) && ZONED.test(text)) return native;
  // The process read it in its own zone: what it shows there is what was written.
  const date = new RealDate(native);
  return toUtc(zone, [
    date.getFullYear(),
    date.getMonth(),
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
    date.getMilliseconds(),
  ]);
}

const construct: NonNullable<Guard['construct']> = (realm, args, newTarget) => {
  const { now, timeZone } = realm;
  if (args.length === 0) return Reflect.construct(RealDate, [now ?? clock()], newTarget);
  if (timeZone === undefined) return Reflect.construct(RealDate, args, newTarget);
  if (args.length === 1) {
    const [value] = args;
    const primitive: unknown =
      value instanceof Date
        ? timeOf(value)
        : typeof value === 'object' && value !== null
          ? toPrimitive(value)
          : value;
    const time = typeof primitive === 'string' ? parseIn(primitive, timeZone) : primitive;
    return Reflect.construct(RealDate, [time], newTarget);
  }
  const numbers = args.map(Number);
  const [year = Number.NaN] = numbers;
  if (year >= 0 && Math.trunc(year) <= 99) numbers[0] = 1900 + Math.trunc(year);
  return Reflect.construct(RealDate, [toUtc(timeZone, numbers)], newTarget);
};

function toPrimitive(value: object): string | number {
  const made: unknown = (value as { valueOf: () => unknown }).valueOf();
  return typeof made === 'object' ? `${value as unknown as string}` : (made as string | number);
}

/** Rules for dates: a pinned clock, locale and time zone. */
export function datePolicies(table: PolicyTable): void {
  const { prototype } = Date;
  table
    .safe(prototype, PURE)
    .method(
      prototype,
      'toLocaleString toLocaleDateString toLocaleTimeString',
      (native) => (realm, self, args) =>
        run(native, self, [args[0] ?? realm.locale, realm.dateOptions(args[1])]),
    )
    .method(prototype, 'toString toDateString toTimeString', (native, name) => (realm, self, args) => {
      const { timeZone, locale } = realm;
      return timeZone === undefined
        ? run(native, self, args)
        : zoneText(timeZone, timeOf(self), name, locale);
    })
    .method(prototype, '@@toPrimitive', (native) => (realm, self, args) => {
      const { timeZone, locale } = realm;
      if (timeZone === undefined || !(self instanceof Date) || args[0] === 'number')
        return run(native, self, args);
      return zoneText(timeZone, timeOf(self), 'toString', locale);
    })
    .method(prototype, 'getTimezoneOffset', (native) => (realm, self, args) => {
      if (realm.timeZone === undefined) return run(native, self, args);
      return -offsetAt(realm.timeZone, timeOf(self)) / 60_000;
    })
    .method(prototype, 'getYear setYear', (native, name) => (realm, self, args) => {
      if (realm.timeZone === undefined || name === 'setYear') return run(native, self, args);
      return localFields(realm.timeZone, timeOf(self))[0]! - 1900;
    })
    .method(
      prototype,
      Object.keys(GETTERS).join(' '),
      (native, name) => (realm, self, args) =>
        realm.timeZone === undefined
          ? run(native, self, args)
          : localFields(realm.timeZone, timeOf(self))[GETTERS[name]!],
    )
    .method(prototype, Object.keys(SETTERS).join(' '), (native, name) => (realm, self, args) => {
      if (realm.timeZone === undefined) return run(native, self, args);
      const fields = localFields(realm.timeZone, timeOf(self)).slice(0, 7);
      args.forEach((value, index) => {
        fields[SETTERS[name]! + index] = Number(value);
      });
      return (self as Date).setTime(toUtc(realm.timeZone, fields));
    })
    .safe(Date, 'UTC')
    .method(Date, 'now', () => (realm) => realm.now ?? clock())
    .method(Date, 'parse', () => (realm, _self, args) => parseIn(String(args[0]), realm.timeZone))
    .set(Date, {
      call(realm) {
        const time = realm.now ?? clock();
        return realm.timeZone === undefined
          ? new RealDate(time).toString()
          : zoneText(realm.timeZone, time, 'toString', realm.locale);
      },
      construct,
      statics: ['now', 'parse', 'UTC'],
    });
}

/** A date as `String` and templates print it. */
export function dateText(date: Date, zone: string, locale: string | undefined): string {
  return zoneText(zone, timeOf(date), 'toString', locale);
}
