// A process that records into the folder of POML_TRACE: node --import tsx recorder.ts <name> <calls> <prompt>…
import { poml, traceArtifact } from '../index.ts';

const [name, calls, ...prompts] = process.argv.slice(2);
for (let call = 0; call < Number(calls); call++) {
  const prompt = prompts[call % prompts.length]!;
  const result = await poml(prompt, { context: { call: `${name}-${call}` } });
  if (call % 5 === 0) traceArtifact('.reply.txt', `reply to ${name}-${call}`, { of: result });
}
