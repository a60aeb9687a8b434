import { COMPONENTS } from '../../domain/components.ts';
import { componentOf } from '../../domain/instance.ts';
import { isInstanceOperation } from '../../domain/plan/operation.ts';
import { phrase } from '../../domain/text/text.ts';
import type { OperateRequest } from '../messages.ts';
import { refuse } from '../refuse.ts';

/** Checks what may have been typed by hand. */
export function checkOperate(request: OperateRequest | undefined): OperateRequest {
  if (isInstanceOperation(request?.operation)) {
    checkInstances(request?.instances);
    return request as OperateRequest;
  }
  throw refuse(
    'InvalidRequest',
    phrase('the input is {example}, or "stop": got {input}', {
      example: '{"operation":"restart","instances":["nats/0"]}',
      input: String(JSON.stringify(request)),
    }),
  );
}

/** Throws `InvalidRequest` unless it names at least one instance: an empty list never means all. */
export function checkInstances(instances: unknown): asserts instances is readonly string[] {
  if (Array.isArray(instances) && instances.length > 0 && instances.every(isInstanceId)) return;
  throw refuse(
    'InvalidRequest',
    phrase('instances must be a list such as ["nats/0"]: got {instances}', {
      instances: String(JSON.stringify(instances)),
    }),
  );
}

const isInstanceId = (id: unknown): boolean =>
  typeof id === 'string' && /^\w+\/\d+$/.test(id) && (COMPONENTS as readonly string[]).includes(componentOf(id));
