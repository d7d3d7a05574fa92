import { NEW_LINE } from '../../../lib/bounds.gen';
import type { Form } from '../../../lib/form';
import { languageName } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { say } from '../../../lib/said';
import { CheckField, SelectField, TextField } from '../../../ui/form';
import { badDay } from './hours';
import { HoursEditor } from './hours-editor';
import { badFigure, FIGURES, FIGURE_NAMES, type LineValues } from './lines';

const LANGUAGES = ['ko', 'en'] as const;

/** What stands against a line before it is sent; says so beside the field. */
export function check(form: Form<LineValues>, isNew: boolean): boolean {
  const { typed } = form.state.peek();
  for (const name of ['topic', 'name', 'name_en', 'prefix'] as const) {
    if (typed[name].trim() === '') {
      form.fault(name, { key: 'fault.MISSING' });
      return false;
    }
  }
  if (isNew && !NEW_LINE.topic.form.test(typed.topic.trim())) {
    form.fault('topic', { key: 'lines.topic.bad' });
    return false;
  }
  if (!NEW_LINE.prefix.form.test(typed.prefix.trim())) {
    form.fault('prefix', { key: 'lines.prefix.bad' });
    return false;
  }
  const figure = badFigure(typed);
  if (figure) {
    const { min, max } = FIGURES[figure];
    form.fault(figure, { key: 'fault.BETWEEN', values: { min, max } });
    return false;
  }
  if (badDay(typed.hours)) {
    form.fault('hours', { key: 'hours.bad' });
    return false;
  }
  return true;
}

/** Every setting of a line, with its unit. What a line is called by others is given once. */
export function LineFields({ form, disabled, isNew }: { form: Form<LineValues>; disabled: boolean; isNew: boolean }) {
  const { typed, faults } = form.state.value;
  return (
    <>
      <div class="columns">
        <TextField
          form={form}
          name="topic"
          label={t('lines.topic')}
          hint={t('lines.topic.hint')}
          charsMax={NEW_LINE.topic.chars_max}
          disabled={!isNew || disabled}
        />
        <SelectField
          form={form}
          name="language"
          label={t('lines.language')}
          disabled={!isNew || disabled}
          options={LANGUAGES.map((each) => [each, languageName(each)])}
        />
        <TextField form={form} name="name" label={t('lines.name')} charsMax={NEW_LINE.name.chars_max} disabled={disabled} testid="line-name" />
        <TextField form={form} name="name_en" label={t('lines.name_en')} charsMax={NEW_LINE.name.chars_max} disabled={disabled} />
        <TextField
          form={form}
          name="prefix"
          label={t('lines.prefix')}
          hint={t('lines.prefix.hint')}
          charsMax={NEW_LINE.prefix.chars_max}
          disabled={disabled}
        />
        {FIGURE_NAMES.map((name) => (
          <TextField
            key={name}
            form={form}
            name={name}
            label={t(`lines.${name}`)}
            hint={`${t(`unit.${FIGURES[name].unit}`)} · ${t(`lines.${name}.hint`)}`}
            type="number"
            min={FIGURES[name].min}
            max={FIGURES[name].max}
            disabled={disabled}
          />
        ))}
      </div>
      <HoursEditor
        week={typed.hours}
        disabled={disabled}
        fault={faults.hours && say(faults.hours)}
        onChange={(hours) => form.type({ hours })}
      />
      <CheckField form={form} name="in_use" label={t('state.IN_USE')} hint={t('lines.in_use.hint')} disabled={disabled} />
    </>
  );
}
