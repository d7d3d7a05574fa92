import { pictureUrl } from '../lib/groups';
import './face.css';

/** Colours there are for those without a picture. */
const TINTS = 6;

interface Props {
  /** What the colour is drawn from: the same for the same person. */
  id: string;
  name: string;
  picture?: string | null | undefined;
  large?: boolean;
}

/** Somebody's picture, or the first letter of their name on a colour. The name itself stands beside it. */
export function Face({ id, name, picture, large = false }: Props) {
  const size = large ? 'face large' : 'face';
  if (picture) return <img class={size} src={pictureUrl(picture)} alt="" data-testid="face" />;
  return (
    <span class={size} data-tint={tintOf(id)} aria-hidden="true" data-testid="face">
      {initialOf(name)}
    </span>
  );
}

export function initialOf(name: string): string {
  const [first = '?'] = name.trim();
  return first.toUpperCase();
}

export function tintOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)!) % 9_973;
  return sum % TINTS;
}
