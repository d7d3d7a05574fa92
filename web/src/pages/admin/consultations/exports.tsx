import { useEffect } from 'preact/hooks';

import type { Format, JobView } from '../../../lib/api.gen';
import { dayAndTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { say } from '../../../lib/said';
import { isUnderWay, type Jobs } from '../jobs';
import { wanted, type Filter } from './filter';

const FORMATS: readonly Format[] = ['XLSX', 'CSV'];

/** What the list shows, as a file; made by the server while one goes on. */
export function Exports({ jobs, filter }: { jobs: Jobs; filter: Filter }) {
  useEffect(() => {
    void jobs.load();
    return () => jobs.stop();
  }, [jobs]);
  const trouble = jobs.trouble.value;
  const list = jobs.list.value;
  return (
    <section class="card stack" data-testid="exports">
      <header class="head">
        <h3>{t('exports.title')}</h3>
        <div class="actions">
          {FORMATS.map((format) => (
            <button
              key={format}
              type="button"
              data-testid={`export-${format}`}
              onClick={() => void jobs.start(format, wanted(filter))}
            >
              {t(`exports.${format}`)}
            </button>
          ))}
        </div>
      </header>
      <p class="hint">{t('exports.hint')}</p>
      {trouble && (
        <p class="trouble" role="alert">
          {say(trouble)}
        </p>
      )}
      {list.length > 0 && (
        <ul class="stack tight">
          {list.map((job) => (
            <JobRow key={job.id} job={job} jobs={jobs} />
          ))}
        </ul>
      )}
    </section>
  );
}

const STATES = ['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED'] as const;

function stateText(state: string): string {
  const known = STATES.find((each) => each === state);
  return known ? t(`exports.state.${known}`) : state;
}

function JobRow({ job, jobs }: { job: JobView; jobs: Jobs }) {
  const total = job.total ?? 0;
  return (
    <li class="job" data-testid="job" data-state={job.state}>
      <span>{dayAndTime(job.made_at)}</span>
      <span role="status">
        {stateText(job.state)}
        {job.error && `: ${job.error}`}
      </span>
      {isUnderWay(job) && (
        <>
          <progress max={Math.max(1, total)} value={total > 0 ? job.done : 0} aria-label={t('exports.progress')} />
          <span class="figure">{total > 0 ? `${job.done}/${total}` : job.done}</span>
          <button type="button" data-testid="job-cancel" onClick={() => void jobs.cancel(job.id)}>
            {t('common.cancel')}
          </button>
        </>
      )}
      {job.file && (
        <a href={job.file} download data-testid="job-file">
          {t('exports.download')}
        </a>
      )}
    </li>
  );
}
