// Copyright (c) 2026 winops.offline_files contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

// Method calls and the observer that hears of them.

using System.Collections.Generic;
using System.Threading;

namespace System.Management
{
    public delegate void ProgressEventHandler(object sender, ProgressEventArgs e);

    public delegate void ObjectReadyEventHandler(object sender, ObjectReadyEventArgs e);

    public delegate void CompletedEventHandler(object sender, CompletedEventArgs e);

    public class ProgressEventArgs : EventArgs
    {
        internal ProgressEventArgs(string message)
        {
            Message = message;
        }

        public string Message { get; }
    }

    public class ObjectReadyEventArgs : EventArgs
    {
        internal ObjectReadyEventArgs(ManagementBaseObject newObject)
        {
            NewObject = newObject;
        }

        public ManagementBaseObject NewObject { get; }
    }

    public class CompletedEventArgs : EventArgs
    {
        internal CompletedEventArgs(ManagementStatus status, ManagementBaseObject statusObject)
        {
            Status = status;
            StatusObject = statusObject;
        }

        public ManagementStatus Status { get; }

        // An __ExtendedStatus, or null when the provider gave none.
        public ManagementBaseObject StatusObject { get; }
    }

    public class ManagementOperationObserver
    {
        public event ProgressEventHandler Progress;
        public event ObjectReadyEventHandler ObjectReady;
        public event CompletedEventHandler Completed;

        internal bool HaveListenersForProgress => Progress != null;

        internal void Fire(EventArgs e)
        {
            if (e is ProgressEventArgs progress)
                Call(Progress, handler => ((ProgressEventHandler)handler)(this, progress));
            else if (e is ObjectReadyEventArgs ready)
                Call(ObjectReady, handler => ((ObjectReadyEventHandler)handler)(this, ready));
            else
                Call(Completed, handler => ((CompletedEventHandler)handler)(this, (CompletedEventArgs)e));
        }

        private static void Call(MulticastDelegate handlers, Action<Delegate> call)
        {
            if (handlers == null)
                return;
            foreach (Delegate handler in handlers.GetInvocationList())
            {
                try
                {
                    call(handler);
                }
                catch (Exception)
                {
                    // As in the real one: what a handler throws is lost.
                }
            }
        }
    }

    // One call of a method, from the request to its last event.
    internal sealed class Operation
    {
        // Real callbacks come on whatever thread COM has free; a change every so often shows code that counts on one.
        private const int EventsPerThread = 100;

        private readonly Wire wire;
        private readonly ManagementOperationObserver observer;
        private readonly bool sendStatus;
        private readonly Queue<EventArgs> waiting = new Queue<EventArgs>();
        private bool completed;

        private Operation(Wire wire, ManagementOperationObserver observer)
        {
            this.wire = wire;
            this.observer = observer;
            // The one moment at which it is looked whether somebody listens to progress (WBEM_FLAG_SEND_STATUS).
            sendStatus = observer != null && observer.HaveListenersForProgress;
        }

        // Throws when the call is refused. So it waits for the first line, which is either that error or the first event.
        internal static Operation Begin(
            string className, string method, ManagementBaseObject parameters, ManagementOperationObserver observer)
        {
            Wire wire = new Wire(new Dictionary<string, object>
            {
                { "op", "invoke" }, { "class", className }, { "method", method },
                { "params", parameters == null ? new Dictionary<string, object>() : parameters.Values },
                { "observe", observer != null },
            });
            try
            {
                Operation operation = new Operation(wire, observer);
                operation.Read();
                return operation;
            }
            catch
            {
                wire.Dispose();
                throw;
            }
        }

        // The synchronous call's end: the out parameters.
        internal ManagementBaseObject Finish()
        {
            using (wire)
            {
                ManagementBaseObject result = null;
                while (!completed || waiting.Count > 0)
                {
                    if (waiting.Count == 0)
                        Read();
                    else if (waiting.Dequeue() is ObjectReadyEventArgs ready)
                        result = ready.NewObject;
                }
                return result;
            }
        }

        internal void Deliver()
        {
            Thread thread = new Thread(Pump) { IsBackground = true };
            thread.Start();
        }

        private void Pump()
        {
            for (int fired = 0; fired < EventsPerThread; fired++)
            {
                if (waiting.Count == 0)
                {
                    try
                    {
                        Read();
                    }
                    catch (Exception thrown)
                    {
                        wire.Dispose();
                        // The end of the connection after Completed is the end; before it, of the WMI service.
                        if (!completed)
                        {
                            ManagementStatus status = thrown is ManagementException wmi
                                ? wmi.ErrorCode : (ManagementStatus)thrown.HResult;
                            observer.Fire(new CompletedEventArgs(status, null));
                        }
                        return;
                    }
                }
                if (waiting.Count > 0)
                    observer.Fire(waiting.Dequeue());
            }
            // Its predecessor has returned from its last handler, so order is kept.
            Deliver();
        }

        private void Read()
        {
            KeyValuePair<string, object> line = wire.Next();
            switch (line.Key)
            {
                case "progress":
                    AddText(line.Value);
                    break;
                case "progress_many":
                    foreach (object text in (object[])line.Value)
                        AddText(text);
                    break;
                case "ready":
                    var result = (Dictionary<string, object>)line.Value;
                    waiting.Enqueue(new ObjectReadyEventArgs(new ManagementBaseObject(result)));
                    break;
                case "completed":
                    completed = true;
                    waiting.Enqueue(Completion((Dictionary<string, object>)line.Value));
                    break;
                default:
                    throw new InvalidOperationException("Unknown event of the simulated WMI: " + line.Key);
            }
        }

        private void AddText(object text)
        {
            if (sendStatus)
                waiting.Enqueue(new ProgressEventArgs((string)text));
        }

        private static CompletedEventArgs Completion(Dictionary<string, object> line)
        {
            string message = (string)line["message"];
            ManagementBaseObject extended = null;
            if (!string.IsNullOrEmpty(message))
                extended = new ManagementBaseObject(
                    new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase) { { "Description", message } });
            return new CompletedEventArgs((ManagementStatus)unchecked((int)(uint)line["status"]), extended);
        }
    }
}
