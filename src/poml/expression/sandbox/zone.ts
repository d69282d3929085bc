/** Fields of a local time: year, month (from 0), day, hours, minutes, seconds, milliseconds, day of the week. */
export type LocalFields = number[];

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size > 100) formats.clear();
  formats.set(zone, made);
  return made;
}

/** Milliseconds between local time in a zone and UTC at a moment: positive east of Greenwich. */
export function offsetAt(zone: string, time: number): number {
  if (Number.isNaN(time)) return Number.NaN;
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(time)) parts[type] = value;
  const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
  const seconds = Math.floor(time / 1000) * 1000;
  return (
    utc([year, ...['month', 'day', 'hour', 'minute', 'second'].map((name) => Number(parts[name]))], -1) -
    seconds
  );
}

/** `Date.UTC` without its treatment of two-digit years. */
function utc(fields: readonly number[], monthShift = 0): number {
  const [year = Number.NaN, month = 0, day = 1, ...time] = fields;
  const date = new Date(0);
  date.setUTCFullYear(year, month + monthShift, day);
  const [hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = time;
  return date.setUTCHours(hours, minutes, seconds, milliseconds);
}

/** The local time of a moment. */
export function localFields(zone: string, time: number): LocalFields {
  const date = new Date(time + offsetAt(zone, time));
  return [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds(),
    date.getUTCDay(),
  ];
}

const DAY = 86_400_000;

/** The moment of a local time. A time that a clock change skips or repeats is read with the offset before it. */
export function toUtc(zone: string, fields: readonly number[]): number {
  const local = utc(fields);
  if (Number.isNaN(local)) return Number.NaN;
  const before = offsetAt(zone, local - DAY);
  const first = local - before;
  if (offsetAt(zone, first) === before) return first;
  const after = offsetAt(zone, local + DAY);
  const second = local - after;
  return offsetAt(zone, second) === after ? second : first;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number): string => String(value).padStart(2, '0');

/** What `toString`, `toDateString` and `toTimeString` of a date print in a zone. */
export function zoneText(zone: string, time: number, method: string, locale: string | undefined): string {
  if (Number.isNaN(time)) return 'Invalid Date';
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0, , weekday = 0] = localFields(
    zone,
    time,
  );
  const years = `${year < 0 ? '-' : ''}${String(Math.abs(year)).padStart(year < 0 ? 6 : 4, '0')}`;
  const dateText = `${DAYS[weekday]} ${MONTHS[month]} ${two(day)} ${years}`;
  if (method === 'toDateString') return dateText;
  const offset = Math.trunc(offsetAt(zone, time) / 60_000);
  const sign = offset < 0 ? '-' : '+';
  const clock = `${two(Math.trunc(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const timeText = `${two(hours)}:${two(minutes)}:${two(seconds)} GMT${sign}${clock} (${zoneName(zone, time, locale)})`;
  return method === 'toTimeString' ? timeText : `${dateText} ${timeText}`;
}

function zoneName(zone: string, time: number, locale: string | undefined): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'long' }).formatToParts(time);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}
