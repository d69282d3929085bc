/**
 * When a session was recorded, from its folder's name: POML's Python SDK takes `%Y%m%d%H%M%S%f` in local time,
 * 20 digits (the last six are microseconds). `undefined` for other names.
 *
 * @example recordedAt('20261121052042120390') // 21 Nov 2026, 05:20:42.120, local time
 */
export function recordedAt(folderName: string): Date | undefined {
  const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{0,6})$/.exec(folderName);
  if (!digits) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = digits.slice(1, 7).map(Number);
  const milliseconds = Math.floor(Number((digits[7] ?? '').padEnd(6, '0')) / 1000);
  const inRange = month >= 1 && month <= 12 && day >= 1 && hour < 24 && minute < 60 && second < 60;
  if (!inRange || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return new Date(year, month - 1, day, hour, minute, second, milliseconds);
}

/**
 * The name of a session's folder: `%Y%m%d%H%M%S%f` of Python, in local time.
 *
 * @param microseconds After the milliseconds of the date, 0 to 999.
 */
export function sessionName(date: Date, microseconds: number): string {
  const digits = (value: number, length = 2) => String(value).padStart(length, '0');
  return (
    digits(date.getFullYear(), 4) +
    digits(date.getMonth() + 1) +
    digits(date.getDate()) +
    digits(date.getHours()) +
    digits(date.getMinutes()) +
    digits(date.getSeconds()) +
    digits(date.getMilliseconds(), 3) +
    digits(microseconds, 3)
  );
}
