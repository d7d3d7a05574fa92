/** Whether the system may show a notice while another window is in front. UNASKED: the person has not been asked. */
export type Allowed = 'UNASKED' | 'YES' | 'NO';

/** What the browser says of it; a browser that says nothing shows none. */
export function noticesAllowed(): Allowed {
  try {
    if (Notification.permission === 'granted') return 'YES';
    return Notification.permission === 'denied' ? 'NO' : 'UNASKED';
  } catch {
    return 'NO';
  }
}

/** Asks the person. */
export async function askForNotices(): Promise<void> {
  try {
    await Notification.requestPermission();
  } catch {
    // Refused without being asked: sound and title still call.
  }
}

/** Shows a notice; how to take it away, or null where the browser shows none. Some on phones show none from a page. */
export function showNotice(title: string, options: NotificationOptions): (() => void) | null {
  try {
    const notice = new Notification(title, options);
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
    return () => notice.close();
  } catch {
    return null;
  }
}
