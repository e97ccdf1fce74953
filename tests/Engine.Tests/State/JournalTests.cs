using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using Scalelab.Engine.Updates;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.State;

/// <summary>What an update writes while it runs, and what is read when it was killed.</summary>
public sealed class JournalTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_InTheMiddleOfAnUpdate_SeesEveryChange()
    {
        var (_, journal) = await StartAsync();
        using (journal)
        {
            await ChangeAsync(journal);

            Assert.Equal(Describe(journal.Current), Describe(Open().Read()));
        }
    }

    [Fact]
    public async Task Read_AfterAnUpdate_IsTheSameWithoutAJournal()
    {
        var (file, journal) = await StartAsync();
        using (journal)
        {
            await ChangeAsync(journal);
            var before = Describe(Open().Read());
            await journal.CompleteAsync();

            Assert.False(file.HasJournal);
            Assert.Equal(before, Describe(Open().Read()));
        }
    }

    [Fact]
    public async Task Read_OfAJournalCutOffAnywhere_IsTheStateAfterItsLastWholeLine()
    {
        var (file, journal) = await StartAsync();
        using (journal)
        {
            await ChangeAsync(journal);
        }

        var whole = await File.ReadAllBytesAsync(file.JournalPath, TestContext.Current.CancellationToken);
        var last = "";
        var seen = new List<string>();
        for (var length = 0; length <= whole.Length; length++)
        {
            await File.WriteAllBytesAsync(file.JournalPath, whole[..length], TestContext.Current.CancellationToken);
            var now = Describe(Open().Read());
            if (now != last)
            {
                Assert.True(length == 0 || whole[length - 1] == '\n', $"the state changed at byte {length}, in the middle of a line");
                seen.Add(now);
            }

            last = now;
        }

        // The first lines, that the journal begins and that a resource was kept, change nothing to be seen.
        Assert.Equal(whole.Count(letter => letter == '\n') - 2, seen.Count - 1);
    }

    [Fact]
    public async Task Read_OfAJournalWithAnEndOfZeros_DoesWithoutThem()
    {
        var (file, journal) = await StartAsync();
        using (journal)
        {
            await ChangeAsync(journal);
        }

        var before = Describe(Open().Read());
        await using (var end = new FileStream(file.JournalPath, FileMode.Append))
        {
            end.Write(new byte[4096]);
        }

        Assert.Equal(before, Describe(Open().Read()));
    }

    [Fact]
    public async Task Read_OfAJournalThatIsDamagedInTheMiddle_SaysSoAndLeavesIt()
    {
        var (file, journal) = await StartAsync();
        using (journal)
        {
            await ChangeAsync(journal);
        }

        var bytes = await File.ReadAllBytesAsync(file.JournalPath, TestContext.Current.CancellationToken);
        bytes[Array.IndexOf(bytes, (byte)'\n') + 20] ^= 1;
        await File.WriteAllBytesAsync(file.JournalPath, bytes, TestContext.Current.CancellationToken);

        var error = Assert.Throws<EngineException>(() => Open().Read());

        Assert.Contains($"{file.JournalPath} is corrupt: line 2 is damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file.JournalPath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Read_OfAStateThatWasChangedBesideItsJournal_SaysWhatToDo()
    {
        var (file, journal) = await StartAsync();
        using (journal)
        {
            await ChangeAsync(journal);
        }

        await File.AppendAllTextAsync(file.Path, "\n", TestContext.Current.CancellationToken);

        Assert.Contains("delete the journal", Assert.Throws<EngineException>(() => Open().Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_AfterACrashWhileTheUpdateEnded_SeesAllOfItOnce()
    {
        var (file, journal) = await StartAsync();
        using (journal)
        {
            await ChangeAsync(journal);
            var before = await File.ReadAllBytesAsync(file.Path, TestContext.Current.CancellationToken);
            using var open = new FileStream(file.JournalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await journal.CompleteAsync();
            var closed = new byte[open.Length];
            open.ReadExactly(closed);
            var expected = Describe(Open().Read());

            // The new file is in place, the journal not yet gone; and the journal closed, the new file not yet in place.
            await File.WriteAllBytesAsync(file.JournalPath, closed, TestContext.Current.CancellationToken);
            Assert.Equal(expected, Describe(Open().Read()));
            await File.WriteAllBytesAsync(file.Path, before, TestContext.Current.CancellationToken);
            Assert.Equal(expected, Describe(Open().Read()));
        }
    }

    [Fact]
    public async Task Write_AfterACrash_PutsTheJournalAwayEvenWhenItsEndIsTorn()
    {
        var (file, journal) = await StartAsync();
        using (journal)
        {
            await ChangeAsync(journal);
        }

        await File.AppendAllTextAsync(file.JournalPath, "0123", TestContext.Current.CancellationToken);
        var reopened = Open();
        var snapshot = reopened.Read();

        await reopened.WriteAsync(snapshot);

        Assert.False(reopened.HasJournal);
        Assert.Equal(Describe(snapshot), Describe(Open().Read()));
    }

    [Fact]
    public async Task Keep_OfEverythingAsItWas_WritesNothing()
    {
        var (file, journal) = await StartAsync();
        using (journal)
        {
            foreach (var resource in journal.Left)
            {
                journal.Keep(resource, resource with { Modified = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) });
            }

            var before = File.GetLastWriteTimeUtc(file.Path);
            await journal.CompleteAsync();

            Assert.False(file.HasJournal);
            Assert.Equal(before, File.GetLastWriteTimeUtc(file.Path));
        }
    }

    [Fact]
    public async Task Change_OfOneAmongThousands_WritesThatOneOnly()
    {
        var file = Open();
        await file.WriteAsync(new Snapshot([.. Enumerable.Range(0, 2000).Select(i => Resource($"r{i}"))], []));
        using var journal = new Journal(file.Read(), file);
        var old = journal.Left[1000];
        await journal.SetAsync(await journal.BeginAsync(old, OperationType.Updating), old, old with { Outputs = Map(("size", 2)) });

        Assert.InRange(new FileInfo(file.JournalPath).Length, 1, 4096);
    }

    private static async Task ChangeAsync(Journal journal)
    {
        var (a, b, c, d) = (journal.Left[0], journal.Left[1], journal.Left[2], journal.Left[3]);
        journal.Keep(a, a);
        var updating = await journal.BeginAsync(b, OperationType.Updating);
        await journal.SetAsync(updating, b, b with { Inputs = Map(("password", PropertyValue.Secret("s3cr3t"))) });
        journal.SetOutputs(a.Urn, Map(("url", "x")));
        var replacing = await journal.BeginAsync(c, OperationType.Creating);
        await journal.ReplaceAsync(replacing, c, Resource("renamed") with { Id = "c-2" });
        var deleting = await journal.BeginAsync(d, OperationType.Deleting);
        var waiting = await journal.AwaitReplacementAsync(deleting, d);
        await journal.SetAsync(operation: null, waiting, d with { Id = "d-2" });
        await journal.AbandonAsync(await journal.BeginAsync(Resource("never"), OperationType.Creating));
        await journal.RemoveAsync(operation: null, journal.Left[^1]);
        await journal.BeginAsync(Resource("pending"), OperationType.Creating);
    }

    private static ResourceState Resource(string name, params string[] dependencies) => new()
    {
        Urn = Thing(name),
        Custom = true,
        Id = $"{name}-1",
        Dependencies = [.. dependencies.Select(Thing)],
    };

    private static string Describe(Snapshot snapshot) => string.Join('\n', snapshot.Resources
        .Select(resource => $"{resource.Urn.Name} {resource.Id} {resource.Delete} {resource.PendingReplacement} {resource.Inputs} {resource.Inputs.Revealed} {resource.Outputs} {string.Join(',', resource.Dependencies.Select(urn => urn.Name))}")
        .Concat(snapshot.PendingOperations.Select(operation => $"{operation.Type} {operation.Resource.Urn.Name}")));

    private async Task<(StateFile File, Journal Journal)> StartAsync()
    {
        var file = Open();
        await file.WriteAsync(new Snapshot([Resource("a"), Resource("b", "a"), Resource("c"), Resource("d"), Resource("e", "c"), Resource("f")], []));
        return (file, new Journal(file.Read(), file));
    }

    private StateFile Open() => new(_folder.Path, "dev", new DeskKeySecretsManager(_folder.Path), TimeProvider.System);
}
