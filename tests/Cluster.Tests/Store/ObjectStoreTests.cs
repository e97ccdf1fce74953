using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Tests.Store;

public sealed class ObjectStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_OfANewKey_PutsTheRevisionIntoTheBytes()
    {
        await using var store = StoreTools.Memory();

        var created = await store.Create(StoreTools.Key("a"), "x");

        Assert.Equal(1, created.Revision);
        Assert.Equal("""{"r":"1","v":"x"}""", created.Text());
        Assert.Same(created, store.State.Get(StoreTools.Key("a")));
    }

    [Fact]
    public async Task Create_OfAnExistingKey_IsAConflictThatShowsWhatIsThere()
    {
        await using var store = StoreTools.Memory();
        var first = await store.Create(StoreTools.Key("a"), "x");

        var conflict = await Assert.ThrowsAsync<RevisionConflictException>(() => store.Create(StoreTools.Key("a"), "y"));

        Assert.Same(first, conflict.Actual);
    }

    [Fact]
    public async Task Update_AtAnOldRevision_IsAConflictAndChangesNothing()
    {
        await using var store = StoreTools.Memory();
        var first = await store.Create(StoreTools.Key("a"), "x");
        var second = await store.Update(StoreTools.Key("a"), first.Revision, "y");

        await Assert.ThrowsAsync<RevisionConflictException>(() => store.Update(StoreTools.Key("a"), first.Revision, "z"));

        Assert.Same(second, store.State.Get(StoreTools.Key("a")));
        Assert.Equal(first.Revision, second.CreateRevision);
    }

    [Fact]
    public async Task Delete_ReturnsTheLastStateWithTheRevisionOfTheDeletion()
    {
        await using var store = StoreTools.Memory();
        for (var index = 0; index < 9; index++)
        {
            await store.Create(StoreTools.Key($"filler-{index}"), "x");
        }

        var ninth = store.State.Get(StoreTools.Key("filler-8"))!;
        var deleted = await store.DeleteAsync(ninth.Key, ninth.Revision);

        Assert.Equal("""{"r":"10","v":"x"}""", deleted.Text());
        Assert.Null(store.State.Get(ninth.Key));
    }

    [Fact]
    public async Task List_OfOneNamespace_IsSortedAndLeavesOutOthers()
    {
        await using var store = StoreTools.Memory();
        foreach (var (name, space) in new[] { ("b", "n1"), ("a", "n2"), ("a", "n1"), ("c", "n0") })
        {
            await store.Create(StoreTools.Key(name, space), "x");
        }

        Assert.Equal(["a", "b"], store.State.List("configmaps", "n1").Select(item => item.Key.Name));
        Assert.Equal(["n0", "n1", "n1", "n2"], store.State.List("configmaps").Select(item => item.Key.Namespace));
    }

    [Fact]
    public async Task StateAt_AnEarlierRevision_IsWhatWasThere()
    {
        await using var store = StoreTools.Memory();
        var first = await store.Create(StoreTools.Key("a"), "x");
        await store.Update(StoreTools.Key("a"), first.Revision, "y");
        await store.Create(StoreTools.Key("b"), "z");

        var state = store.StateAt(1);

        Assert.Equal(1, state.Revision);
        Assert.Equal("""{"r":"1","v":"x"}""", Assert.Single(state.All()).Text());
    }

    [Fact]
    public async Task StateAt_ACompactedRevision_SaysHowFarBackItGoes()
    {
        await using var store = StoreTools.Memory(eventCapacity: 4);
        for (var index = 0; index < 10; index++)
        {
            await store.Create(StoreTools.Key($"a{index}"), "x");
        }

        var exception = Assert.Throws<CompactedException>(() => store.StateAt(3));

        Assert.Equal(7, exception.Oldest);
        Assert.Equal(6, store.StateAt(6).All().Count());
    }

    [Fact]
    public async Task Watch_FromARevision_GetsEveryLaterEventOfItsResourceInOrder()
    {
        await using var store = StoreTools.Memory();
        var first = await store.Create(StoreTools.Key("a"), "x");
        await store.Create(StoreTools.Key("p", resource: "pods"), "x");
        await store.DeleteAsync(first.Key, first.Revision);

        var events = new List<StoreEvent>();
        await foreach (var change in store.WatchAsync("configmaps", 0, Cancellation))
        {
            events.Add(change);
            if (events.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([(StoreEventType.Created, 1L), (StoreEventType.Deleted, 3L)], events.Select(change => (change.Type, change.Revision)));
    }

    [Fact]
    public async Task Watch_OfAConsumerThatNeverReads_DoesNotHoldUpWriters()
    {
        await using var store = StoreTools.Memory(eventCapacity: 8);
        var stuck = new StoreCursor(store, "configmaps", 0);
        await store.Create(StoreTools.Key("first"), "x");
        await stuck.WaitAsync(Cancellation);

        for (var index = 0; index < 100; index++)
        {
            await store.Create(StoreTools.Key($"a{index}"), "x").WaitAsync(Cancellation);
        }

        Assert.Throws<CompactedException>(() => stuck.TryRead(out _));
    }

    [Fact]
    public async Task Watch_BeforeAnythingHappens_WakesForTheFirstWrite()
    {
        await using var store = StoreTools.Memory();
        var cursor = new StoreCursor(store, "configmaps", 0);
        var waiting = cursor.WaitAsync(Cancellation);
        Assert.False(waiting.IsCompleted);

        await store.Create(StoreTools.Key("a"), "x");
        await waiting;

        Assert.True(cursor.TryRead(out var change));
        Assert.Equal("a", change.Current.Key.Name);
    }
}
