import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { PASSWORD_RESET_REQUEST } from '../lib/bounds.gen';
import { Form } from '../lib/form';
import { t } from '../lib/i18n';
import { say } from '../lib/said';
import { tooLong } from '../lib/words';
import { goesToLong } from './long';

/** A form that lives as long as the view. */
export function useForm<Values extends object>(initial: Values | (() => Values)): Form<Values> {
  return useState(() => new Form(typeof initial === 'function' ? (initial as () => Values)() : initial))[0];
}

interface FormProps<Values extends object> {
  form: Form<Values>;
  class?: string;
  testid?: string;
  onSubmit(): void;
  children: ComponentChildren;
}

/** A form whose first field at fault gets the focus when it is refused. */
export function FormBox<Values extends object>({ form, testid, onSubmit, children, ...more }: FormProps<Values>) {
  const box = useRef<HTMLFormElement>(null);
  const { faults, busy } = form.state.value;
  const refused = Object.keys(faults).length > 0 && !busy;
  /** Nothing is sent that would be refused for its length: what is too long says so, and is gone back to. */
  function submit() {
    if (!busy && !(box.current && goesToLong(box.current))) onSubmit();
  }
  useEffect(() => {
    if (refused) box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refused]);
  return (
    <form
      ref={box}
      class={more.class ?? 'stack'}
      data-testid={testid}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {children}
    </form>
  );
}

interface FieldProps<Values extends object> {
  form: Form<Values>;
  name: keyof Values & string;
  label: string;
  hint?: string | undefined;
  optional?: boolean;
  /** The longest the server takes. More can be typed and pasted: words that are cut off would say something else. */
  charsMax?: number | undefined;
}

/** What ties an input to its label, its hint and its fault. */
interface Marks {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: 'true';
  'data-long'?: '';
}

/** A field with its label, its hint, and what is wrong with it. */
function Field<Values extends object>({
  form,
  name,
  label,
  hint,
  optional,
  charsMax,
  children,
}: FieldProps<Values> & { children(marks: Marks): ComponentChildren }) {
  const id = useId();
  const { typed, faults } = form.state.value;
  const long = charsMax === undefined ? null : tooLong(String(typed[name] ?? ''), charsMax);
  const fault = long ?? faults[name];
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>
        {label} {optional && <small>({t('common.optional')})</small>}
      </label>
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(fault && { 'aria-invalid': 'true' as const }),
        ...(long && { 'data-long': '' as const }),
      })}
      {hint && <small id={`${id}-hint`}>{hint}</small>}
      {fault && (
        <p id={`${id}-fault`} class="trouble" role="alert" data-testid={`fault-${name}`} data-fault={fault.key}>
          {say(fault)}
        </p>
      )}
    </div>
  );
}

type TextProps<Values extends object> = FieldProps<Values> & {
  type?: 'text' | 'password' | 'email' | 'number' | 'datetime-local' | 'date' | 'search';
  testid?: string;
  min?: number;
  max?: number;
  autocomplete?: string;
  inputMode?: 'numeric' | 'text' | 'email';
  disabled?: boolean;
};

/** Passwords have one length everywhere. */
const longest = (type: string) => (type === 'password' ? PASSWORD_RESET_REQUEST.password.chars_max : undefined);

export function TextField<Values extends object>(props: TextProps<Values>) {
  const { form, name, label, hint, optional, type = 'text', charsMax = longest(type), testid, ...more } = props;
  return (
    <Field form={form} name={name} label={label} hint={hint} optional={optional ?? false} charsMax={charsMax}>
      {(marks) => (
        <input
          // Which attributes go with which type is told apart by literal types only.
          {...({ ...marks, ...more, type } as InputHTMLAttributes<HTMLInputElement>)}
          name={name}
          value={String(form.state.value.typed[name] ?? '')}
          autocapitalize="none"
          data-testid={testid ?? name}
          onInput={(event) => form.type({ [name]: event.currentTarget.value } as Partial<Values>)}
        />
      )}
    </Field>
  );
}

type AreaProps<Values extends object> = FieldProps<Values> & { testid?: string; rows?: number };

export function AreaField<Values extends object>(props: AreaProps<Values>) {
  const { form, name, label, hint, optional, charsMax, testid, ...more } = props;
  return (
    <Field form={form} name={name} label={label} hint={hint} optional={optional ?? false} charsMax={charsMax}>
      {(marks) => (
        <textarea
          {...marks}
          {...more}
          name={name}
          value={String(form.state.value.typed[name] ?? '')}
          data-testid={testid ?? name}
          onInput={(event) => form.type({ [name]: event.currentTarget.value } as Partial<Values>)}
        />
      )}
    </Field>
  );
}

/** What may be chosen: the value, and its words. */
export type Options = ReadonlyArray<readonly [value: string, text: string]>;

type SelectProps<Values extends object> = Omit<FieldProps<Values>, 'charsMax'> & { options: Options; testid?: string; disabled?: boolean };

export function SelectField<Values extends object>(props: SelectProps<Values>) {
  const { form, name, label, hint, optional, options, testid, ...more } = props;
  return (
    <Field form={form} name={name} label={label} hint={hint} optional={optional ?? false}>
      {(marks) => (
        <select
          {...marks}
          {...more}
          name={name}
          value={String(form.state.value.typed[name] ?? '')}
          data-testid={testid ?? name}
          onChange={(event) => form.type({ [name]: event.currentTarget.value } as Partial<Values>)}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type CheckProps<Values extends object> = Omit<FieldProps<Values>, 'optional' | 'charsMax'> & { testid?: string; disabled?: boolean };

export function CheckField<Values extends object>({ form, name, label, hint, testid, disabled }: CheckProps<Values>) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={name}
        disabled={disabled ?? false}
        checked={Boolean(form.state.value.typed[name])}
        data-testid={testid ?? name}
        onChange={(event) => form.type({ [name]: event.currentTarget.checked } as Partial<Values>)}
      />
      <span>
        {label} {hint && <small>{hint}</small>}
      </span>
    </label>
  );
}

/** What is wrong with the whole form. The line is always there, so that it is said when it fills. */
export function Trouble<Values extends object>({ form }: { form: Form<Values> }) {
  const { trouble } = form.state.value;
  return (
    <p class="trouble" role="alert" data-testid="trouble" data-trouble={trouble?.key ?? ''}>
      {trouble && say(trouble)}
    </p>
  );
}

interface SubmitProps<Values extends object> {
  form: Form<Values>;
  label: string;
  testid: string;
  danger?: boolean;
  /** Another button is the one to go on with. */
  second?: boolean;
  disabled?: boolean;
}

export function Submit<Values extends object>({ form, label, testid, danger, second, disabled }: SubmitProps<Values>) {
  const { busy } = form.state.value;
  return (
    // Truly disabled it would lose the focus, and whoever works by keys their place.
    <button class={danger ? 'danger' : second ? undefined : 'primary'} aria-disabled={busy || disabled ? 'true' : undefined} data-testid={testid}>
      {busy ? t('common.sending') : label}
    </button>
  );
}
