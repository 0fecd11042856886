using Kiosk.App.Logging;
using Kiosk.Core;
using Kiosk.Core.Cards;
using Kiosk.Core.Faces;
using Kiosk.Core.Failures;
using Kiosk.Core.Reception;
using Kiosk.Core.Values;
using Kiosk.Devices.Journal;
using A = Kiosk.Core.VisitAction;
using E = Kiosk.Core.VisitEvent;

namespace Kiosk.App.Visits;

/// <summary>The devices that a visit uses. The caller owns them.</summary>
/// <param name="Printed">Reads 照合番号B from the printed card, if there is a camera for it.</param>
/// <param name="NamePicture">Writes the card's picture of 氏名 anew in the decoder process; the caller disposes the result. Null: the
/// picture is never sent.</param>
public sealed record VisitDevices(
    ICardReader Reader, IPrintedNumberReader Printed, IFaceCheck? Face, IReceptionLink Link, VisitJournal Journal,
    Func<Secret, Secret?>? NamePicture);

/// <summary>
/// Carries out the actions that <see cref="Visit"/> returns: starts each in the background and reports its result as an event. All
/// data of one visit is in one <see cref="VisitRun"/> and is deleted with it.
/// </summary>
public sealed class VisitActions(VisitDevices devices, DigitBuffer digits, TimeProvider time, ILogger log) : IDisposable
{
    private readonly FaceMisses _misses = new(time);
    private VisitRun? _run;

    internal bool IsCurrent(object run) => ReferenceEquals(_run, run);

    /// <summary>Starts one action and returns at once. Called only by the loop, one action at a time.</summary>
    public void Do(VisitAction action, IVisitInbox inbox)
    {
        switch (action)
        {
            case A.ReadCard read:
                Forget();
                _run = new VisitRun(devices, _misses, time, inbox, log);
                Go(_run, run => run.ReadCardAsync(read.SignsWithoutPin), Card);
                break;
            case A.OpenCamera:
                Watch(_run?.PrepareFace());
                break;
            case A.BeginPhone:
                Forget();
                _run = new VisitRun(devices, _misses, time, inbox, log);
                _run.BeginPhone();
                break;
            case A.ReadPhone phone:
                // Closed now, not when the screen changes: the phone's PIN is complete.
                digits.Close(keep: true);
                Go(_run, run => run.ReadPhoneAsync(digits, phone.Warned), Card);
                break;
            case A.ReadPhoto:
                _run?.ExpectCardFace();
                GoWith(digits.Take(), (run, number) => run.ReadPhotoAsync(number), Card);
                break;
            case A.VerifyPin:
                GoWith(digits.Take(), (run, pin) => run.VerifyPinAsync(pin), Card);
                break;
            case A.StartFace start:
                Watch(_run?.BeginFace(start.CannotTurn));
                break;
            case A.StopFace:
                _run?.StopFace();
                break;
            case A.CheckStaffCode:
                GoWith(digits.Take(), (run, code) => run.CheckStaffCodeAsync(code), why => new E.StaffCodeFailed(why));
                break;
            case A.AskInsurance ask:
                Go(_run, run => run.AskInsuranceAsync(ask.Who, ask.Asked), _ => new E.InsuranceCame(PreAnswer.None));
                break;
            case A.Register:
                Go(_run, run => run.RegisterCardAsync(), _ => new E.InsuranceCame(Unregistered));
                break;
            case A.Submit submit:
                Go(_run, run => run.SubmitAsync(submit.Who, submit.Answers), why => new E.SubmitFailed(why));
                break;
            case A.RingDesk ring:
                _ = RingAsync(ring.Why);
                break;
            case A.WipeDigits:
                digits.Wipe();
                break;
            case A.Forget:
                digits.Wipe();
                Forget();
                break;
            default:
                throw new System.Diagnostics.UnreachableException(action.GetType().Name);
        }

        // The watch is made on the loop's thread, so a stop that comes before the work has started is not lost.
        void Watch(FaceWatch? face)
        {
            if (face is not null) Go(_run, run => run.WatchFaceAsync(face), why => new E.FaceFailed(why));
        }

        // The digits are taken here, on the loop's thread, before another screen can be shown. The work disposes them.
        void GoWith(Secret taken, Func<VisitRun, Secret, Task> work, Func<Failure, VisitEvent> failed)
        {
            if (_run is null) taken.Dispose();
            else Go(_run, run => work(run, taken), failed);
        }

        void Go(VisitRun? run, Func<VisitRun, Task> work, Func<Failure, VisitEvent> failed)
        {
            if (run is not null) _ = Guarded(run, work, failed);
        }

        // Run on the thread pool, because a device may block before its first await.
        Task Guarded(VisitRun run, Func<VisitRun, Task> work, Func<Failure, VisitEvent> failed) => Task.Run(async () =>
        {
            try
            {
                await work(run);
            }
            catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException && run.IsOver)
            {
                // The card was taken away and its session closed; nobody needs this result.
            }
            catch (FailureException failure)
            {
                string code = FailureCatalogue.EntryFor(failure.Failure).Code;
                log.ActionFailed(action.GetType().Name, failure.Failure.ToString(), code, failure.Detail);
                inbox.Post(failed(failure.Failure), run);
            }
            catch (Exception bug)
            {
                log.ActionCrashed(bug, action.GetType().Name);
                inbox.Post(new E.Crashed(), run);
            }
        });
    }

    /// <summary>The card was not registered: the desk helps.</summary>
    private static PreAnswer Unregistered { get; } = new(InsuranceState.Unregistered, []);

    private static VisitEvent Card(Failure why) => new E.CardFailed(why);

    private async Task RingAsync(Failure? why)
    {
        try
        {
            await devices.Link.CallStaffAsync(why, CancellationToken.None);
        }
        catch (FailureException failure)
        {
            string code = FailureCatalogue.EntryFor(failure.Failure).Code;
            log.ActionFailed(nameof(A.RingDesk), failure.Failure.ToString(), code, failure.Detail);
        }
    }

    private void Forget()
    {
        VisitRun? over = _run;
        _run = null;
        over?.Dispose();
    }

    public void Dispose() => Forget();
}
