using Bullpen.Core.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Bullpen.Core.Tests.Administration;

/// <summary>
/// Whatever a platform asks in whatever order, what is in memory is what it asked for: its own book of loads, unloads and
/// refusals is compared with the cache after every step.
/// </summary>
public sealed class ExternalLifecycleProperties
{
    private const long Budget = 1000;

    [Fact]
    public void What_is_in_memory_is_what_the_platform_asked_for()
    {
        var (loads, refusedBefore, refusedAfter, unloads) = (0, 0, 0, 0);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60).WithStartSize(20).WithEndSize(200).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<Tuple<byte, byte, byte>[]>(), steps => PlayAsync(steps).GetAwaiter().GetResult()));

        loads.ShouldBeGreaterThan(200);
        refusedBefore.ShouldBeGreaterThan(50);
        refusedAfter.ShouldBeGreaterThan(20);
        unloads.ShouldBeGreaterThan(50);

        async Task PlayAsync(Tuple<byte, byte, byte>[] steps)
        {
            await using var platform = new ExternalHarness(Budget);
            var held = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var (op, which, size) in steps)
            {
                var name = $"m{which % 12}";
                var free = Budget - held.Values.Sum();
                var model = platform.Runtime.Model(name);
                var begun = model.Loads;
                switch (op % 6)
                {
                    case 0 or 1 when !held.ContainsKey(name):
                        // Every third load takes more than its file lets expect.
                        model.Estimate = 20 + size;
                        model.Bytes = size % 3 == 0 ? model.Estimate * 2 : model.Estimate;
                        var outcome = await OutcomeOfAsync(platform.RegisterAsync(name));
                        outcome.ShouldBe(model.Bytes <= free ? null : ServingErrorKind.InsufficientMemory);
                        (model.Loads - begun).ShouldBe(model.Estimate <= free ? 1 : 0);
                        if (outcome is null)
                        {
                            held[name] = model.Bytes;
                            loads++;
                        }
                        else if (model.Loads == begun) refusedBefore++;
                        else refusedAfter++;
                        break;
                    case 0 or 1:
                        (await OutcomeOfAsync(platform.RegisterAsync(name))).ShouldBe(ServingErrorKind.ModelAlreadyRegistered);
                        break;
                    case 2 or 3 when op % 12 < 6:
                        (await OutcomeOfAsync(platform.UnregisterAsync(name))).ShouldBe(held.Remove(name) ? null : ServingErrorKind.ModelNotFound);
                        unloads++;
                        break;
                    case 4:
                        platform.Time.Advance(TimeSpan.FromMinutes(size));
                        platform.Models.ExpireIdle();
                        break;
                    default:
                        (await OutcomeOfAsync(UseAsync(platform, name, size))).ShouldBe(held.ContainsKey(name) ? null : ServingErrorKind.ModelNotFound);
                        break;
                }

                platform.Listed().ShouldBe(held.Keys);
                platform.Cache.Budget.Ledger.ShouldBe(new MemoryLedger(Budget, Reserved: 0, Resident: held.Values.Sum(), Draining: 0));
                platform.Runtime.BytesAlive.ShouldBe(held.Values.Sum());
            }

            platform.Runtime.Violations.ShouldBeEmpty();
        }
    }

    private static async Task UseAsync(ExternalHarness platform, string name, byte wish)
    {
        if (platform.Definition(name) is not { } definition)
            throw new ServingException(ServingErrorKind.ModelNotFound, "Not in the catalogue.");
        using var lease = await platform.Models.LeaseAsync(definition, CancellationToken.None);
        if (wish % 2 == 0) lease.Model.KeepAlive = new KeepAlive(TimeSpan.Zero);
    }

    private static async Task<ServingErrorKind?> OutcomeOfAsync(Task step)
    {
        try
        {
            await step;
            return null;
        }
        catch (ServingException e)
        {
            return e.Kind;
        }
    }
}
