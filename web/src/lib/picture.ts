import { ApiError, upload } from './api';
import type { PictureSent } from './api.gen';
import type { Ticket } from './groups';
import type { TextKey } from './i18n';

/** Pictures are sent no larger than this, on their longer side. */
export const SIDE_PX_MAX = 512;
/** A photograph of a phone; what is larger is no picture of a face. */
const FILE_BYTES_MAX = 40 * 1024 * 1024;
const JPEG_QUALITY = 0.88;

/** Not a picture this browser can read. */
export class NoPicture extends Error {
  override readonly name = 'NoPicture';
}

/** `width` by `height` within a square of `max`, never larger than it is, in whole pixels. */
export function fit(width: number, height: number, max = SIDE_PX_MAX): { width: number; height: number } {
  const scale = Math.min(1, max / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The picture drawn anew and small; where it was taken stays behind. */
export async function shrink(file: Blob): Promise<Blob> {
  if (file.size > FILE_BYTES_MAX) throw new NoPicture();
  const picture = await createImageBitmap(file).catch(() => {
    throw new NoPicture();
  });
  const canvas = document.createElement('canvas');
  Object.assign(canvas, fit(picture.width, picture.height));
  const pen = canvas.getContext('2d');
  if (!pen) throw new NoPicture();
  // What is see-through would be black in a JPEG.
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', JPEG_QUALITY));
  if (!small) throw new NoPicture();
  return small;
}

/** What a picture that could not be taken is told as; everything else stays as it is. */
export function pictureTrouble(error: unknown): TextKey {
  if (error instanceof NoPicture) return 'room.picture.bad';
  if (error instanceof ApiError && error.status === 429) return 'room.picture.often';
  return error instanceof ApiError && error.status < 500 ? 'room.picture.bad' : 'room.picture.failed';
}

/** Sends a picture, small; a guest with the key of their link. Its id is what others name it by. */
export async function sendPicture(file: Blob, guest: Ticket | null): Promise<string> {
  const path = guest ? `/media?room=${encodeURIComponent(guest.room)}` : '/media';
  const { id } = await upload<PictureSent>(path, await shrink(file), guest?.key);
  return id;
}
