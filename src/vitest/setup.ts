/**
 * Registers the matchers. The plugin adds this file by itself; without the plugin put `vitest-poml/setup` into
 * `test.setupFiles`.
 */
import { toFailToRender, toRenderText, toRenderWithin } from './matchers/checks.ts';
import { toRenderLike } from './matchers/like.ts';
import { toRenderMessages } from './matchers/messages.ts';
import { registerMatchers } from './matchers/register.ts';
import { resetTools } from './tools.ts';
import './matcher-types.ts';

resetTools();
registerMatchers({ toRenderLike, toRenderText, toRenderMessages, toRenderWithin, toFailToRender });
