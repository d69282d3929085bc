/**
 * What prompts of bad will may hold: commands of CIs, steering of terminals, markup of every output, characters that hide
 * or reverse text, what XML cannot hold.
 */
export const HOSTILE_LINES: readonly string[] = [
  '::error file=app.ts,line=1::pwned',
  '::set-output name=token::pwned',
  '::add-mask::x',
  '::stop-commands::pwned',
  '##vso[task.setvariable variable=x]pwned',
  "##teamcity[testFailed name='pwned']",
  '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007 \u009b31m',
  '</script><script>window.pwned = 1</script>',
  '</style></title></textarea></template><img src=x onerror="window.pwned = 1">',
  '"><svg onload="window.pwned = 1">',
  "' onmouseover='window.pwned = 1",
  '| a | b |\n|---|---|\n| pwned | table |',
  '```\n# pwned heading\n```',
  '`````\n~~~\n/close\n/merge\n</details>\nGH-1 owner/name#1 !1 www.evil.example',
  '`tick` ``two`` ~~~ <details open><summary>pwned</summary>',
  '<!-- vitest-poml:report --> <!-- --> pwned',
  '[pwned](https://evil.example) ![pwned](https://evil.example/x.png) @everyone #1 https://evil.example/auto',
  'selectors a\u{e0158}\u{e0159} \u3164filler\u034f',
  'left \u202eright\u202c \u2066isolated\u2069 \u200bzero\ufeffwidth',
  ']]> <![CDATA[pwned]]> &pwned; &#0; <?xml version="1.0"?>',
  '\u0000\u0001\u0008\u000b\u000c\u000e\u001f\ufffe\uffff',
  '\u2028line separator\u2029paragraph separator',
  '\ud800 lone surrogate \udc00',
  '%0A::error::pwned %25 a:b,c=d\r\n::error::pwned',
];

/** All of it in one text. */
export const HOSTILE = HOSTILE_LINES.join('\n');
